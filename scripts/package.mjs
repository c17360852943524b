#!/usr/bin/env node
/**
 * `npm run package`: the app for this platform, in release/. The folder is always made; the installers
 * need tools that electron-builder downloads, so they are left out where Electron itself could not be
 * downloaded. `-- --dir` makes the folder alone. BATON_PACK_TEST=1 makes one that `npm run e2e` can drive.
 */
import fs from 'node:fs';
import { resolveElectron } from './electron.mjs';
import { inRoot } from './lib/paths.mjs';
import { packageBin, run } from './lib/process.mjs';
import { setup } from './setup.mjs';

await setup();
const electron = await resolveElectron();
const isOnlyFolder = process.argv.includes('--dir') || electron.source !== 'official';
const options = ['--config', 'electron-builder.config.mjs', '--publish', 'never'];

function pack(...more) {
  return run(process.execPath, [packageBin('electron-builder'), ...options, ...more]);
}

const folderCode = await pack('--dir');
if (folderCode === 0 && !isOnlyFolder) {
  const code = await pack();
  if (code !== 0) console.error('package: the installers could not be made, the folder was');
  process.exitCode = code;
}
if (folderCode !== 0) process.exitCode = folderCode;
else {
  if (electron.source !== 'official') {
    console.log(
      `package: no installers: this machine cannot download (Electron ${electron.version} from npm)`,
    );
  }
  const made = fs.readdirSync(inRoot('release')).filter((name) => !/^builder-|^\./.test(name));
  console.log(`package: made in release/: ${made.join(', ')}`);
}
