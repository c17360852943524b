#!/usr/bin/env node
/**
 * Builds dist/: the window with Vite; main, runtime, preload and command line with rolldown.
 * Does nothing when no source changed. `--force` builds all the same.
 *
 * resources/ is not copied: the app reads it from its root folder, packed or not.
 */
import fs from 'node:fs';
import path from 'node:path';
import { buildStamp } from './lib/build-stamp.mjs';
import { bundleOptions, expectedOutputs, missingEntries } from './lib/bundles.mjs';
import { withLock } from './lib/lock.mjs';
import { inRoot, isEntry } from './lib/paths.mjs';

const TOOLS = ['package-lock.json', 'tsconfig.base.json', 'scripts/build.mjs'];
const RENDERER_ENTRY = 'renderer/index.html';

const rendererStamp = buildStamp('renderer', ['renderer', 'shared', 'vite.config.ts', ...TOOLS], () =>
  fs.existsSync(inRoot(RENDERER_ENTRY)) ? ['dist/renderer/index.html'] : [],
);
const nodeStamp = buildStamp(
  'node',
  ['electron', 'shared', 'scripts/lib/bundles.mjs', ...TOOLS],
  expectedOutputs,
);

async function buildRenderer() {
  if (!fs.existsSync(inRoot(RENDERER_ENTRY))) {
    console.warn(`build: ${RENDERER_ENTRY} does not exist yet, skipped`);
    return;
  }
  const { build } = await import('vite');
  const { NODE_ENV } = process.env;
  await build({ configFile: inRoot('vite.config.ts'), logLevel: 'warn' });
  // Vite leaves "production" behind, and what is started next would inherit it.
  if (NODE_ENV === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = NODE_ENV;
}

/** Chunks carry a hash in their name: those of older builds would pile up. */
function removeStale(dir, written) {
  const fresh = new Set(written.flatMap((name) => [name, `${name}.map`]));
  for (const name of fs.readdirSync(dir)) if (!fresh.has(name)) fs.rmSync(path.join(dir, name));
}

/** One bundle that fails does not keep the others from being written. */
function throwFirst(outcomes) {
  const failed = outcomes.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
}

async function buildNode() {
  for (const file of missingEntries()) console.warn(`build: ${file} does not exist yet, skipped`);
  const { rolldown } = await import('rolldown');
  const builds = bundleOptions().map(async ({ isCommand, options: { output, ...input } }) => {
    const bundle = await rolldown(input);
    const { output: written } = await bundle.write(output);
    await bundle.close();
    removeStale(
      output.dir,
      written.map(({ fileName }) => fileName),
    );
    if (!isCommand) return;
    for (const { isEntry: isCommandEntry, fileName } of written) {
      if (isCommandEntry) fs.chmodSync(path.join(output.dir, fileName), 0o755);
    }
  });
  throwFirst(await Promise.allSettled(builds));
}

async function buildOne(name, stamp, build, force) {
  if (!force && stamp.isFresh()) return;
  const startedAt = performance.now();
  const taken = stamp.take();
  stamp.forget(); // A build that fails half-way must not look done.
  await build();
  taken.keep();
  console.error(`build: ${name} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

export async function buildAll({ force = false } = {}) {
  if (!force && rendererStamp.isFresh() && nodeStamp.isFresh()) return;
  await withLock(inRoot('dist'), async () => {
    throwFirst(
      await Promise.allSettled([
        buildOne('main, runtime, preload and command line', nodeStamp, buildNode, force),
        buildOne('window', rendererStamp, buildRenderer, force),
      ]),
    );
  });
}

if (isEntry(import.meta.url)) await buildAll({ force: process.argv.includes('--force') });
