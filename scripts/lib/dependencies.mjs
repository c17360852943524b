/** node_modules, as the lock file wants it. Only Node's own modules here. */
import { inRoot, readText } from './paths.mjs';
import { runNpm } from './process.mjs';

/**
 * Compares what npm says it installed with what the lock file asks for. Other platforms' packages are
 * `optional` and rightly absent.
 */
function areInstalled() {
  const installedText = readText(inRoot('node_modules/.package-lock.json'));
  if (!installedText) return false;
  const wanted = JSON.parse(readText(inRoot('package-lock.json'))).packages;
  const installed = JSON.parse(installedText).packages;
  return Object.entries(wanted).every(([place, { version, optional }]) => {
    if (place === '') return true;
    return installed[place] ? installed[place].version === version : optional === true;
  });
}

export async function ensureDependencies() {
  if (areInstalled()) return;
  console.error('setup: npm ci');
  const code = await runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) throw new Error('npm ci failed');
}
