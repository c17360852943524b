import fs from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';

/** The threads as they are shipped: bundled. */
export async function bundleWorkers(): Promise<{ code: string; sql: string; remove(): void }> {
  // Inside the project, so that the native module is found.
  fs.mkdirSync('node_modules/.cache', { recursive: true });
  const dir = fs.mkdtempSync(path.join(path.resolve('node_modules/.cache'), 'workers-'));
  const bundle = await rolldown({
    input: ['code', 'sql'].map((name) => `electron/runtime/tools/${name}-worker.ts`),
    platform: 'node',
    external: ['better-sqlite3', /^node:/],
  });
  await bundle.write({ dir, format: 'esm', entryFileNames: '[name].mjs' });
  await bundle.close();
  return {
    code: path.join(dir, 'code-worker.mjs'),
    sql: path.join(dir, 'sql-worker.mjs'),
    remove: () => fs.rmSync(dir, { recursive: true }),
  };
}
