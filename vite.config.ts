import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Libraries that change less often than our code: chunks of their own, cached as compiled code. */
const groups = [
  { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
  { name: 'canvas', test: /node_modules[\\/](@xyflow|d3-[a-z]+)[\\/]/ },
  { name: 'mantine', test: /node_modules[\\/](@mantine|@floating-ui)[\\/]/ },
];

export default defineConfig({
  root: 'renderer',
  // Served from app://, a standard scheme: absolute paths work.
  base: '/',
  plugins: [react()],
  server: { host: '127.0.0.1', port: 5173, strictPort: true },
  worker: { format: 'es' },
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    // The oldest Chromium this is run on; Electron 45 brings a newer one.
    target: 'chrome130',
    sourcemap: true,
    // Nothing inline, so that the content security policy needs no exception.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: { output: { codeSplitting: { groups } } },
  },
});
