#!/usr/bin/env node
/**
 * `npm run bench:ui [part …] [repetitions]`: the window under load, against a bare React Flow canvas with as many nodes and
 * an empty Electron window, in the same run. Without a part all of them. Never part of the tests: machines differ. See
 * docs/BENCHMARKS.md.
 */
import { measureGestures } from './bench-ui/gestures.mjs';
import { measureLive } from './bench-ui/live.mjs';
import { measureMemory } from './bench-ui/memory.mjs';
import { measureOpening } from './bench-ui/opening.mjs';
import { measureProblems } from './bench-ui/problems.mjs';
import { measureRecorded } from './bench-ui/recorded.mjs';
import { measureStart } from './bench-ui/start.mjs';
import { measureTyping } from './bench-ui/typing.mjs';
import { hasDisplay, onDisplay } from './lib/display.mjs';
import { run } from './lib/process.mjs';
import { setup } from './setup.mjs';

const PARTS = {
  start: measureStart,
  opening: measureOpening,
  gestures: measureGestures,
  typing: measureTyping,
  problems: measureProblems,
  recorded: measureRecorded,
  live: measureLive,
  memory: measureMemory,
};
const TRIES = 2;

const asked = process.argv.slice(2);
const wanted = asked.filter((word) => !/^\d+$/.test(word));
const repetitions = Number(asked.find((word) => /^\d+$/.test(word)) ?? 3);
const unknown = wanted.filter((name) => !Object.hasOwn(PARTS, name));

/** One line of the table; `least` is what it is measured against, where there is such a thing. */
function lineOf(what, ours, unit, bar, isReached, least) {
  const show = (x) => (x === undefined ? '' : `${x.toFixed(x < 10 ? 2 : 1)} ${unit}`);
  const ratio = least === undefined ? '' : `${(ours / least).toFixed(2)} ×`;
  return { what, ours: show(ours), against: show(least), ratio, bar, verdict: isReached ? 'ok' : 'missed' };
}

/** A window that did not come up says nothing about speed: once more, and then it is a line of the table. */
async function linesOf(name) {
  for (let tried = 1; ; tried++) {
    const lines = [];
    try {
      await PARTS[name]((...figure) => lines.push(lineOf(...figure)), repetitions);
      return lines;
    } catch (error) {
      console.error(`bench:ui: ${name}: ${error instanceof Error ? error.message : error}`);
      if (tried === TRIES)
        return [...lines, { what: name, ours: '', against: '', ratio: '', bar: '', verdict: 'not measured' }];
    }
  }
}

async function measure() {
  await setup();
  const rows = [];
  for (const name of wanted.length > 0 ? wanted : Object.keys(PARTS)) {
    const lines = await linesOf(name);
    for (const { what, ours, against, ratio, bar, verdict } of lines)
      console.error(
        `bench:ui: ${what}: ${ours}${against ? ` to ${against}, ${ratio}` : ''} (${bar}) ${verdict}`,
      );
    rows.push(...lines);
  }
  console.table(rows);
  if (rows.some(({ verdict }) => verdict === 'not measured')) process.exitCode = 1;
}

if (unknown.length > 0) {
  console.error(
    `bench:ui: no part is called ${unknown.join(', ')}. Parts: ${Object.keys(PARTS).join(', ')}.`,
  );
  process.exitCode = 2;
} else if (hasDisplay()) await measure();
else {
  const [command, all] = onDisplay(process.execPath, process.argv.slice(1));
  process.exitCode = await run(command, all);
}
