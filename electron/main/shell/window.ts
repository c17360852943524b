/** The one window: sandboxed, on our own pages only, where it was last time, never blank. */
import { BrowserWindow, nativeTheme, screen, shell } from 'electron';
import type { JsonStore } from '../state/json-store';
import { isSafeExternalUrl } from './external-url';
import { MIN_HEIGHT, MIN_WIDTH, placeWindow, type WindowState } from './window-state';

export interface WindowOptions {
  readonly preload: string;
  readonly url: string;
  readonly state: JsonStore<WindowState>;
  readonly icon?: string;
  onPageGone(): void;
  /** The page's process ended by itself and was loaded again, or could not be. */
  onCrash(reason: string, loadedAgain: boolean): void;
}

/** Page colours of the two themes, so that nothing flashes before the style sheet is there. */
const BACKGROUND = { dark: '#0c121e', light: '#f3f5f9' } as const;
const SAVE_DELAY_MS = 500;
const CRASH_WINDOW_MS = 60_000;
const MAX_CRASHES = 3;

export function backgroundColor(): string {
  return nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light;
}

export function createWindow(options: WindowOptions): BrowserWindow {
  const state = options.state.get();
  const window = new BrowserWindow({
    ...placeWindow(
      state,
      screen.getAllDisplays().map((display) => display.workArea),
    ),
    minWidth: MIN_WIDTH,
    minHeight: MIN_HEIGHT,
    show: false,
    title: 'Baton',
    backgroundColor: backgroundColor(),
    autoHideMenuBar: true,
    ...(options.icon ? { icon: options.icon } : {}),
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  if (state.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  guardNavigation(window);
  rememberPlace(window, options.state);
  survivePage(window, options);
  void window.loadURL(options.url);
  return window;
}

function guardNavigation(window: BrowserWindow): void {
  const { webContents } = window;
  webContents.setWindowOpenHandler(({ url }) => {
    if (isSafeExternalUrl(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
  webContents.on('will-navigate', (event) => event.preventDefault());
  webContents.on('will-frame-navigate', (event) => event.preventDefault());
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  // Edits are in the journal, so a page must not be able to hold the window open.
  webContents.on('will-prevent-unload', (event) => event.preventDefault());
}

function rememberPlace(window: BrowserWindow, store: JsonStore<WindowState>): void {
  let timer: NodeJS.Timeout | undefined;
  const save = (): void => {
    if (window.isDestroyed() || window.isMinimized()) return;
    void store.set({
      bounds: window.getNormalBounds(),
      maximized: window.isMaximized(),
    });
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_DELAY_MS);
  };
  window.on('resize', soon);
  window.on('move', soon);
  window.on('close', () => {
    clearTimeout(timer);
    save();
  });
}

function survivePage(window: BrowserWindow, options: WindowOptions): void {
  let crashes: number[] = [];
  window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) options.onPageGone();
  });
  window.webContents.on('render-process-gone', (_event, details) => {
    options.onPageGone();
    if (details.reason === 'clean-exit' || window.isDestroyed()) return;
    const now = Date.now();
    crashes = [...crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
    const again = crashes.length <= MAX_CRASHES;
    if (again) window.webContents.reload();
    options.onCrash(details.reason, again);
  });
}
