/**
 * Electron without an app of its own: what `electron [-r module] <folder>` runs first.
 * Written into the npm-hosted runtime as resources/default_app.asar; the official one brings its own.
 */
const MAIN = `
import { app } from 'electron/main';
import fs from 'node:fs';
import { Module } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const preloaded = [];
let folder;
const args = process.argv.slice(1);
for (let i = 0; i < args.length && folder === undefined; i += 1) {
  const arg = args[i];
  if (arg === '--version' || arg === '-v') {
    console.log('v' + process.versions.electron);
    process.exit(0);
  } else if (arg === '--abi' || arg === '-a') {
    console.log(process.versions.modules);
    process.exit(0);
  } else if (arg === '--require' || arg === '-r') {
    i += 1;
    preloaded.push(args[i]);
  } else if (arg.startsWith('--app=')) folder = arg.slice('--app='.length);
  else if (!arg.startsWith('-')) folder = arg;
}
// Playwright's loader comes in this way.
if (preloaded.length > 0) Module._preloadModules(preloaded);
if (folder === undefined) {
  console.error('Usage: electron [options] <path to an app>');
  process.exit(1);
}
Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true });
try {
  const appPath = path.resolve(folder);
  const manifest = path.join(appPath, 'package.json');
  const hasManifest = fs.existsSync(manifest);
  if (hasManifest) {
    const { version, productName, name, desktopName } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
    if (version) app.setVersion(version);
    app.name = productName ?? name ?? app.name;
    app.setDesktopName(desktopName ?? app.name + '.desktop');
  }
  const entry = Module._resolveFilename(appPath, null, true);
  app.setAppPath(hasManifest ? appPath : path.dirname(entry));
  await import(pathToFileURL(entry).toString());
} catch (error) {
  console.error('The app threw an error while it was loaded');
  console.error(error?.stack ?? error);
  process.exit(1);
}
`;

export const DEFAULT_APP = {
  'package.json': JSON.stringify({
    name: 'electron',
    productName: 'Electron',
    main: 'main.js',
    type: 'module',
  }),
  'main.js': MAIN,
};
