/** The window in an ordinary browser over a main side in memory, to look at screens. Never shipped. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export default defineConfig({
  root: repository,
  plugins: [react()],
  cacheDir: 'node_modules/.vite-harness',
  server: { host: '127.0.0.1', port: 5199, strictPort: true, hmr: false },
  worker: { format: 'es' },
});
