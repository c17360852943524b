#!/usr/bin/env node
// `npm run soak -- --seeds 100000 [--from 1] [--crashes 6]`: the seeded simulation, as long as wanted. A failing seed is
// printed with the command that runs it again. Instead: `--kills 500`, real processes, killed at random moments;
// `--points 500000`, crash points one by one; `--point "<name>"`, one of them again;
// `--storm`, an outage under fifty agents beside agents that simply try again.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { soakKills } from './lib/soak-kills.mjs';
import { soakPoint, soakPoints } from './lib/soak-points.mjs';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20000' },
    from: { type: 'string', default: '1' },
    crashes: { type: 'string', default: '6' },
    kills: { type: 'string' },
    points: { type: 'string' },
    point: { type: 'string' },
    storm: { type: 'boolean', default: false },
  },
});
const root = path.resolve(import.meta.dirname, '..');
process.chdir(root);

if (values.kills !== undefined) {
  const trials = await bundled('test/integration/kill-trials.ts', '.soak-kills.mjs');
  process.exit((await soakKills(trials, Number(values.kills), Number(values.from))) > 0 ? 1 : 0);
}

const simulation = await bundled('test/simulation/soak-entry.ts', '.soak.mjs');
if (values.storm) {
  const { createPure: libraries, governedStorm, naiveStorm, rowOf } = simulation;
  const { sent } = await governedStorm(libraries(), true);
  console.table([rowOf('governed', sent), rowOf('naive: five tries', naiveStorm())]);
  process.exit(0);
}
if (values.point !== undefined) process.exit((await soakPoint(simulation, values.point)) > 0 ? 1 : 0);
if (values.points !== undefined)
  process.exit((await soakPoints(simulation, Number(values.points), Number(values.from))) > 0 ? 1 : 0);

const { createPure, checkSeed } = simulation;
const pure = createPure();
const from = Number(values.from);
const until = from + Number(values.seeds);
const statuses = {};
let failed = 0;
let points = 0;
for (let seed = from; seed < until; seed++) {
  const report = checkSeed(pure, seed, Number(values.crashes));
  statuses[report.status] = (statuses[report.status] ?? 0) + 1;
  points += report.crashes;
  if (report.failures.length > 0) {
    failed++;
    console.log(
      `seed ${seed} failed: ${report.failures[0]}\n  again with: npm run soak -- --from ${seed} --seeds 1`,
    );
  }
  if ((seed - from + 1) % 1000 === 0)
    console.log(`${seed - from + 1} seeds, ${points} crash points, ${failed} failed`);
}
console.log(statuses);
console.log(`${until - from - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function bundled(input, name) {
  const bundle = await rolldown({
    input: path.join(root, input),
    external: ['better-sqlite3', 'rolldown'],
    platform: 'node',
  });
  const file = path.join(root, 'node_modules', name);
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
  return import(pathToFileURL(file).href);
}
