#!/usr/bin/env node
/**
 * Makes better-sqlite3 loadable by this Node and by our Electron.
 *
 * Its shipped binaries need Node-API 10 and end older runtimes (Node 20, Electron 33) with a segmentation
 * fault, not an error. So it is tried in a child process, and built from source, for all of them at once,
 * where that fails: a minute, then kept in the cache.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { resolveElectron } from './electron.mjs';
import { withLock } from './lib/lock.mjs';
import { cacheDir, inRoot, isEntry } from './lib/paths.mjs';

const moduleDir = inRoot('node_modules/better-sqlite3');
const built = path.join(moduleDir, 'build/Release/better_sqlite3.node');

/** Without these, node-addon-api asks for Node-API 10 by name; with them an older runtime will do. */
const CXXFLAGS =
  '-UNAPI_VERSION -DNAPI_VERSION=2147483647 -DNAPI_EXPERIMENTAL -DNODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT';

const PROBE = `
  const Database = require(${JSON.stringify(moduleDir)});
  const rows = new Database(':memory:').prepare('select 1 as one').all();
  process.exit(rows[0].one === 1 ? 0 : 1);
`;

function evaluatesIn(runtime, code) {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  return spawnSync(runtime, ['-e', code], { stdio: 'ignore', env }).status === 0;
}

function loadsIn(runtime) {
  return evaluatesIn(runtime, PROBE);
}

/** A runtime that lacks a system library fails the probe too, and no build of ours would help. */
function assertStarts(runtime) {
  if (evaluatesIn(runtime, '')) return;
  throw new Error(`${runtime} does not start. Is a system library missing? See: node scripts/setup.mjs`);
}

/** node-gyp comes with electron-builder; npm bundles one as well. */
function findNodeGyp() {
  try {
    return createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  } catch {
    const prefix = path.resolve(path.dirname(process.execPath), '..');
    return path.join(prefix, 'lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js');
  }
}

/** Headers lie beside the Node binary in most installations; node-gyp would download them. */
function headersOption() {
  const prefix = path.resolve(fs.realpathSync(process.execPath), '../..');
  return fs.existsSync(path.join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : [];
}

function build() {
  const args = [findNodeGyp(), 'rebuild', '--release', '--force_build=1', ...headersOption()];
  const env = { ...process.env, CXXFLAGS: `${process.env.CXXFLAGS ?? ''} ${CXXFLAGS}` };
  const result = spawnSync(process.execPath, args, { cwd: moduleDir, env, encoding: 'utf8' });
  if (result.status === 0) return;
  console.error((result.stderr ?? '').split('\n').slice(-40).join('\n'));
  throw new Error('better-sqlite3 could not be built. It needs python3, make and a C++ compiler (g++).');
}

function place(binary) {
  fs.rmSync(path.join(moduleDir, 'build'), { recursive: true, force: true }); // 100 MB of objects.
  fs.mkdirSync(path.dirname(built), { recursive: true });
  // Never over a file that a running process has mapped.
  fs.copyFileSync(binary, `${built}.new`);
  fs.renameSync(`${built}.new`, built);
}

/** Makes the module loadable by every given runtime; returns what was done. */
export async function ensureNative(runtimes) {
  const works = () => runtimes.every(loadsIn);
  if (works()) return 'works';
  runtimes.forEach(assertStarts);
  const { version } = JSON.parse(fs.readFileSync(path.join(moduleDir, 'package.json'), 'utf8'));
  const cache = path.join(cacheDir, 'native');
  const cached = path.join(cache, `better_sqlite3-${version}-napi9-${process.platform}-${process.arch}.node`);
  return withLock(cache, async () => {
    if (works()) return 'works'; // Another process made it while we waited.
    if (fs.existsSync(cached)) {
      place(cached);
      if (works()) return 'restored from the cache';
    }
    console.error('native: building better-sqlite3 from source (a minute, once for this machine)');
    build();
    fs.copyFileSync(built, `${cached}.new`);
    fs.renameSync(`${cached}.new`, cached);
    place(cached);
    if (!works()) throw new Error('better-sqlite3 was built but does not load');
    return 'built';
  });
}

if (isEntry(import.meta.url)) {
  const electron = await resolveElectron();
  console.log(`native: better-sqlite3 ${await ensureNative([process.execPath, electron.path])}`);
}
