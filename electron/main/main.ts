/**
 * The main process: one window, one runtime process, and the wiring between them.
 *
 * M1. Nothing here waits at the top level for `app.whenReady()`: Electron waits for this module first.
 * M2. A second start hands its file to the first one and ends.
 */
import os from 'node:os';
import path from 'node:path';
import {
  app,
  type BrowserWindow,
  dialog,
  Menu,
  nativeTheme,
  protocol,
  safeStorage,
  session,
  shell,
} from 'electron';
import type { Settings } from '../../shared/ipc/contract';
import { type Core, createCore } from './app-core';
import { systemDialogs } from './handlers/dialogs';
import { attachAcks, attachRouter } from './ipc/attach';
import { sendPushes } from './ipc/push-window';
import { Pusher } from './ipc/pusher';
import { createRouter, isOwnPage } from './ipc/router';
import { forkUtility } from './link/fork-utility';
import { type AppPaths, appPaths } from './paths';
import { APP_ORIGIN, APP_SCHEME, serveAsset } from './shell/assets';
import { menuTemplate } from './shell/menu-template';
import { Notifier } from './shell/notifier';
import { flowPathInArgv } from './shell/open-requests';
import { guardAllContents, guardSession } from './shell/session-guard';
import { backgroundColor, createWindow } from './shell/window';
import { FIRST_WINDOW, WindowState } from './shell/window-state';
import { wordsFor } from './shell/words';
import { JsonStore } from './state/json-store';
import { Logger } from './state/logger';
import type { Keychain } from './state/secrets';

/** About two frames: fast enough to look live, slow enough to gather. */
const PUSH_MS = 33;

const bundle = import.meta.dirname;
const devServer = app.isPackaged ? undefined : process.env['VITE_DEV_SERVER_URL'];

chooseDataFolder();
protocol.registerSchemesAsPrivileged([
  {
    scheme: APP_SCHEME,
    privileges: {
      standard: true,
      secure: true,
      supportFetchAPI: true,
      stream: true,
      codeCache: true,
    },
  },
]);

let window: BrowserWindow | undefined;
let core: Core | undefined;
/** A flow the system asked for before there was a window. */
let wantedFlow = flowPathInArgv(process.argv, process.cwd());
const pusher = new Pusher({
  send: (pushes, batch) => sendPushes(window?.webContents, pushes, batch),
  later: (flush) => setTimeout(flush, PUSH_MS),
});

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', (_event, argv, workingFolder) => {
    focusWindow();
    openFlow(flowPathInArgv(argv, workingFolder));
  });
  app.on('open-file', (event, file) => {
    event.preventDefault();
    openFlow(file);
  });
  guardAllContents();
  void app.whenReady().then(start).catch(giveUp);
} else {
  app.quit();
}

function chooseDataFolder(): void {
  const given = process.env['BATON_USER_DATA'] || app.commandLine.getSwitchValue('user-data-dir');
  if (given) app.setPath('userData', path.resolve(given));
}

async function start(): Promise<void> {
  const paths = appPaths({
    data: app.getPath('userData'),
    documents: documentsFolder(),
    bundle,
    app: app.getAppPath(),
  });
  const log = new Logger({
    folder: paths.logs,
    onLine: (line) => {
      if (!app.isPackaged) process.stderr.write(line);
    },
  });
  log.info(
    'main',
    `Baton ${app.getVersion()} on Electron ${process.versions.electron}, ${process.platform} ${os.release()}`,
  );
  guardSession(session.defaultSession);
  protocol.handle(APP_SCHEME, (request) => serveAsset(paths.renderer, request.url));
  const notifier = createNotifier();
  core = await createCore({
    paths,
    log,
    pusher,
    keychain: systemKeychain(),
    dialogs: systemDialogs(() => window),
    user: userName(),
    versions: {
      app: app.getVersion(),
      electron: process.versions.electron ?? '',
      platform: process.platform,
    },
    fork: (events) => forkUtility(paths.utility, events, (text) => log.info('runtime', text)),
    openExternal: (url) => shell.openExternal(url),
    showFolder: (file) => shell.showItemInFolder(file),
    trash: (file) => shell.trashItem(file),
    quit: () => app.quit(),
    onOpenTasks: (count) => notifier.setOpenTasks(count),
    onNewTask: ({ task, flowName }) => {
      const title = wordsFor(core?.settings.get().language ?? 'en').notice.task(flowName);
      notifier.notify(title, task.title, task.runId, task.task);
    },
    onSettings: (settings) => applySettings(settings, paths),
  });
  attach(core, log);
  applySettings(core.settings.get(), paths);
  const windowState = await JsonStore.open({
    file: paths.window,
    schema: WindowState,
    empty: FIRST_WINDOW,
  });
  startBeside(openWindow(paths, windowState, log), core.link);
  openFlow(wantedFlow);
  app.on('activate', () => {
    if (window) focusWindow();
    else openWindow(paths, windowState, log);
  });
  endCleanly(windowState);
}

function attach(running: Core, log: Logger): void {
  const router = createRouter({
    handlers: running.handlers,
    isTrusted: (sender) =>
      isOwnPage(sender, APP_ORIGIN, devServer === undefined ? undefined : new URL(devServer).origin),
    onTrouble: (name, code, message) => log.warn('request', `${name}: ${code} ${message}`),
  });
  attachRouter(router);
  attachAcks((contents, batch) => {
    if (contents === window?.webContents) pusher.onAck(batch);
  });
}

/** Starts the runtime once the page has its text: sooner, and the two slow each other down while nothing is seen yet. */
function startBeside({ webContents }: BrowserWindow, link: Core['link']): void {
  const start = () => {
    webContents.off('dom-ready', start);
    webContents.off('did-fail-load', start);
    link.start();
  };
  webContents.on('dom-ready', start);
  webContents.on('did-fail-load', start);
}

function openWindow(paths: AppPaths, state: JsonStore<WindowState>, log: Logger): BrowserWindow {
  const created = createWindow({
    preload: paths.preload,
    url: devServer ?? `${APP_ORIGIN}/`,
    state,
    ...(paths.icon ? { icon: paths.icon } : {}),
    onPageGone: () => pusher.onPageGone(),
    onCrash: (reason, loadedAgain) => {
      log.error('window', `the page's process ended: ${reason}`);
      const { notice } = wordsFor(core?.settings.get().language ?? 'en');
      if (loadedAgain)
        pusher.push('app.notice', {
          level: 'warning',
          message: notice.pageReloaded,
        });
      else void askAfterCrashes(created);
    },
  });
  created.on('focus', () => core?.checkFiles());
  created.on('closed', () => {
    pusher.onPageGone();
    window = undefined;
  });
  window = created;
  return created;
}

async function askAfterCrashes(crashed: BrowserWindow): Promise<void> {
  const { notice, buttons } = wordsFor(core?.settings.get().language ?? 'en');
  const { response } = await dialog.showMessageBox({
    type: 'error',
    message: notice.pageGivesUp,
    buttons: [buttons.reload, buttons.quit],
  });
  if (response === 0 && !crashed.isDestroyed()) crashed.webContents.reload();
  else app.quit();
}

function applySettings(settings: Settings, paths: AppPaths): void {
  nativeTheme.themeSource = settings.theme;
  window?.setBackgroundColor(backgroundColor());
  const options = {
    settings,
    isMac: process.platform === 'darwin',
    isDevelopment: !app.isPackaged,
  };
  const template = menuTemplate(options, {
    command: (command) => pusher.push('menu.command', { command }),
    showDataFolder: () => void shell.openPath(paths.data),
    showLogs: () => void shell.openPath(paths.logs),
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function createNotifier(): Notifier {
  return new Notifier({
    isEnabled: () => core?.settings.get().notifications ?? false,
    isWatching: () => window?.isFocused() ?? false,
    onClick: (runId, task) => {
      focusWindow();
      pusher.push('task.show', { runId, task });
    },
  });
}

function focusWindow(): void {
  if (window?.isMinimized()) window.restore();
  window?.show();
  window?.focus();
}

function openFlow(file: string | undefined): void {
  wantedFlow = file ?? wantedFlow;
  if (!window || wantedFlow === undefined) return;
  pusher.push('flow.openPath', { path: wantedFlow });
  wantedFlow = undefined;
}

/** The runtime finishes its commit before the app is gone; the window's place is on disk. */
function endCleanly(state: JsonStore<WindowState>): void {
  let isDone = false;
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    if (isDone) return;
    event.preventDefault();
    void Promise.allSettled([core?.close(), state.flushed()]).then(() => {
      isDone = true;
      app.quit();
    });
  });
}

function systemKeychain(): Keychain {
  return {
    // `basic_text` is a password everybody knows: that is no keychain.
    isAvailable: () =>
      safeStorage.isEncryptionAvailable() &&
      (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'),
    encrypt: (text) => safeStorage.encryptString(text),
    decrypt: (bytes) => safeStorage.decryptString(Buffer.from(bytes)),
  };
}

function documentsFolder(): string | undefined {
  try {
    return app.getPath('documents');
  } catch {
    return undefined; // a machine without such a folder: the library is in the data folder
  }
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return 'me'; // a container without a user database
  }
}

function giveUp(error: unknown): void {
  dialog.showErrorBox(
    'Baton cannot start',
    error instanceof Error ? (error.stack ?? error.message) : String(error),
  );
  app.exit(1);
}
