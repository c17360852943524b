#!/usr/bin/env node
/**
 * `npm run dev`: the window from Vite's server (edits appear without a reload), and Electron started
 * again whenever main, runtime or preload were rebuilt. Further arguments go to the app.
 */
import { spawn } from 'node:child_process';
import { electronArgs, resolveElectron } from './electron.mjs';
import { bundleOptions } from './lib/bundles.mjs';
import { inRoot, root } from './lib/paths.mjs';
import { setup } from './setup.mjs';

/** A save of several files is one restart. */
const RESTART_DELAY_MS = 80;

await setup({ build: false });
const { createServer } = await import('vite');
const { watch } = await import('rolldown');
const electron = await resolveElectron();
const server = await createServer({ configFile: inRoot('vite.config.ts'), mode: 'development' });
await server.listen();
const url = server.resolvedUrls.local[0];
console.log(`dev: window from ${url}`);

let app;
let timer;
let isStopping = false;

function startApp() {
  const child = spawn(electron.path, electronArgs(['.', ...process.argv.slice(2)]), {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, VITE_DEV_SERVER_URL: url },
  });
  app = child;
  // Closing the window ends the session; an exit that we caused does not.
  child.on('exit', (code) => {
    if (child === app) void stop(code ?? 0);
  });
}

function restartApp() {
  const old = app;
  app = undefined;
  if (!old) return startApp();
  old.once('exit', startApp);
  old.kill();
}

async function stop(code) {
  if (isStopping) return;
  isStopping = true;
  app?.kill();
  await Promise.allSettled([watcher.close(), server.close()]);
  process.exit(code);
}

const watcher = watch(bundleOptions().map(({ options }) => options));
watcher.on('event', (event) => {
  if (event.code === 'ERROR') console.error(event.error);
  if (event.code === 'END') {
    clearTimeout(timer);
    timer = setTimeout(restartApp, RESTART_DELAY_MS);
  }
  void event.result?.close();
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stop(0));
