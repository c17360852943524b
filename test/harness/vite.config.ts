import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Serves the harness page: `npx vite -c test/harness/vite.config.ts`. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  cacheDir: '../../node_modules/.vite-harness-runs',
  server: { host: '127.0.0.1', port: 5287, strictPort: true, fs: { allow: ['../..'] } },
});
