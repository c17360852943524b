import fs from 'node:fs/promises';
import path from 'node:path';
import { resolveElectron } from './scripts/electron.mjs';

const electron = await resolveElectron();
/** Playwright can only drive a packaged app that accepts --inspect; what ships does not. */
const isTestBuild = process.env.BATON_PACK_TEST === '1';

/** Left over from Electron's own default app and from our cache. */
async function removeLeftovers({ appOutDir }) {
  for (const file of ['resources/default_app.asar', '.complete']) {
    await fs.rm(path.join(appOutDir, file), { force: true });
  }
}

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'dev.baton.app',
  productName: 'Baton',
  directories: { output: 'release', buildResources: 'resources' },
  electronVersion: electron.version,
  // The official download is cached by electron-builder itself, and is right for other platforms too.
  ...(electron.source === 'official' ? {} : { electronDist: electron.dist }),
  // Never let @electron/rebuild compile: scripts/native.mjs made a binding that fits.
  npmRebuild: false,
  asar: true,
  asarUnpack: ['**/*.node'],
  files: [
    'dist/**',
    'resources/**',
    'package.json',
    'LICENSE',
    '!**/*.map',
    '!dist/.*',
    '!node_modules/better-sqlite3/{deps,src,binding.gyp}',
    // Of the shipped bindings only this platform's.
    '!node_modules/better-sqlite3/prebuilds/!(${platform}-${arch}.node)',
    '!node_modules/node-addon-api/**',
  ],
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: isTestBuild,
    enableEmbeddedAsarIntegrityValidation: false,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  },
  fileAssociations: [
    {
      ext: 'baton.json',
      name: 'Baton flow',
      description: 'Baton flow',
      mimeType: 'application/vnd.baton+json',
      role: 'Editor',
    },
  ],
  linux: { target: ['AppImage', 'deb'], category: 'Development', executableName: 'baton' },
  mac: { target: ['dmg'], category: 'public.app-category.developer-tools' },
  win: { target: ['nsis'], executableName: 'baton' },
  nsis: { oneClick: false, allowToChangeInstallationDirectory: true },
  publish: null,
  afterPack: removeLeftovers,
};
