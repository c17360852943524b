#!/usr/bin/env node
/**
 * Makes whatever is missing, in a fresh clone or a used one: packages, Electron, system libraries, the
 * SQLite binding, the build. Says nothing and takes no time when all is there.
 *
 * Only Node's own modules may be imported at the top: node_modules may not exist yet.
 */
import { resolveElectron } from './electron.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { isEntry } from './lib/paths.mjs';
import { ensureSystemLibraries } from './lib/system.mjs';
import { ensureNative } from './native.mjs';

const OLDEST_NODE = [20, 19];

function assertNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new Error(`Baton needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
}

/** Without a window (no Electron, no libraries) the command line still works: `needsWindow` decides. */
async function prepareWindow(needsWindow) {
  try {
    const electron = await resolveElectron();
    await ensureSystemLibraries(electron.path);
    return [electron.path];
  } catch (error) {
    if (needsWindow) throw error;
    console.error(`setup: going on without the window: ${error.message}`);
    return [];
  }
}

/** Everything up to the binding; `build: false` for callers that build themselves. */
export async function setup({ needsWindow = true, build = true } = {}) {
  assertNode();
  await ensureDependencies();
  const electron = await prepareWindow(needsWindow);
  await ensureNative([process.execPath, ...electron]);
  if (!build) return;
  const { buildAll } = await import('./build.mjs');
  await buildAll();
}

if (isEntry(import.meta.url)) {
  const startedAt = performance.now();
  try {
    await setup();
    console.log(`setup: ready (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  } catch (error) {
    console.error(`setup: ${error.message}`);
    process.exitCode = 1;
  }
}
