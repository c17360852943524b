#!/usr/bin/env node
/**
 * `npm run bench:ui [repetitions]`: the window under load, against a bare React Flow canvas with as many nodes and an empty
 * Electron window, in the same run. Never part of the tests: machines differ. See docs/BENCHMARKS.md.
 */
import { measureCanvas } from './bench-ui/canvas.mjs';
import { measureRuns } from './bench-ui/runs.mjs';
import { measureStart } from './bench-ui/start.mjs';
import { hasDisplay, onDisplay } from './lib/display.mjs';
import { run } from './lib/process.mjs';
import { setup } from './setup.mjs';

const repetitions = Number(process.argv[2] ?? 3);

async function measure() {
  await setup();
  const rows = [];
  /** One line of the table; `least` is what it is measured against, where there is such a thing. */
  const add = (what, ours, unit, bar, isReached, least) => {
    const show = (x) => (x === undefined ? '' : `${x.toFixed(x < 10 ? 2 : 1)} ${unit}`);
    const ratio = least === undefined ? '' : `${(ours / least).toFixed(2)} ×`;
    const verdict = isReached ? 'ok' : 'missed';
    rows.push({ what, ours: show(ours), against: show(least), ratio, bar, '': verdict });
    console.error(`bench:ui: ${what}: ${show(ours)} ${ratio} (${bar}) ${verdict}`);
  };
  await measureStart(add, repetitions);
  await measureCanvas(add, repetitions);
  await measureRuns(add, repetitions);
  console.table(rows);
}

if (hasDisplay()) await measure();
else {
  const [command, all] = onDisplay(process.execPath, process.argv.slice(1));
  process.exitCode = await run(command, all);
}
