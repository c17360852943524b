#!/usr/bin/env node
// `npm run bench [repetitions]`: the engine's table, then the store's. Never part of the tests: machines differ.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const here = import.meta.dirname;
for (const name of ['engine-bench.mjs', 'store-bench.mjs']) {
  console.log(`\n${name}`);
  const { status } = spawnSync(process.execPath, [path.join(here, 'bench', name), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
