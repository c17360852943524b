import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const node = {
  name: 'node',
  environment: 'node',
  // A native module in a worker thread takes all tests with it when it crashes.
  pool: 'forks' as const,
  include: [
    'test/unit/**/*.test.ts',
    'test/integration/**/*.test.ts',
    'test/cli/**/*.test.ts',
    'test/architecture/**/*.test.ts',
    'test/simulation/**/*.test.ts',
    'shared/nodes/**/*.test.ts',
  ],
};

const ui = {
  name: 'ui',
  environment: 'happy-dom',
  include: ['test/ui/**/*.test.tsx', 'test/ui/**/*.test.ts'],
  setupFiles: ['test/ui/setup.ts'],
};

export default defineConfig({
  test: {
    projects: [{ test: node }, { plugins: [react()], test: ui }],
    coverage: {
      include: ['shared/engine/**/*.ts', 'shared/spec/**/*.ts'],
      exclude: ['test/**', '**/*.test.ts', '**/*.generated.ts'],
      reporter: ['text-summary', 'json'],
      thresholds: { 'shared/engine/**': { branches: 100 }, 'shared/spec/**': { branches: 100 } },
    },
  },
});
