/** Puts main together: services, runtime, requests. Everything of Electron that is not needed for that is in `main.ts`. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { serializeFlow } from '../../shared/spec/canonical';
import type { AppInfo, Settings } from '../../shared/ipc/contract';
import type { ExportAnswer, FromService, ServiceInfo } from '../../shared/ipc/service';
import { FlowFiles } from './flows/flow-files';
import { Journal } from './flows/journal';
import { Library, RecentFiles } from './flows/library';
import { Versions } from './flows/versions';
import { FileWatcher } from './flows/watcher';
import type { Dialogs } from './handlers/dialogs';
import { createHandlers } from './handlers/handlers';
import type { Pusher } from './ipc/pusher';
import type { RequestHandlers } from './ipc/router';
import { type LinkOptions, ServiceLink } from './link/service-link';
import type { AppPaths } from './paths';
import { wordsFor } from './shell/words';
import { JsonStore } from './state/json-store';
import type { Logger } from './state/logger';
import { type Keychain, SecretService } from './state/secrets';
import { SettingsService } from './state/settings';

/** More would not be read in a toast. */
const MAX_LOSSES = 3;

export interface CoreOptions {
  readonly paths: AppPaths;
  readonly log: Logger;
  readonly pusher: Pusher;
  readonly keychain: Keychain;
  readonly dialogs: Dialogs;
  readonly user: string;
  readonly versions: {
    readonly app: string;
    readonly electron: string;
    readonly platform: string;
  };
  readonly fork: LinkOptions['fork'];
  openExternal(url: string): Promise<void>;
  showFolder(path: string): void;
  /** The system's trash. */
  trash(file: string): Promise<void>;
  quit(): void;
  onOpenTasks(count: number): void;
  onNewTask(task: Extract<FromService, { type: 'newTask' }>): void;
  onSettings(settings: Settings): void;
}

export interface Core {
  readonly handlers: RequestHandlers;
  readonly settings: SettingsService;
  readonly link: ServiceLink;
  /** Looks for changes of other programs: when the window comes to the front. */
  checkFiles(): void;
  close(): Promise<void>;
}

/** What a person made or chose, by its name in a backup. */
function backedUp(paths: AppPaths): Readonly<Record<string, string>> {
  const { library, versions, journal, settings, recent } = paths;
  return { flows: library, versions, journal, 'settings.json': settings, 'recent-files.json': recent };
}

export async function createCore(options: CoreOptions): Promise<Core> {
  const { paths, log, pusher } = options;
  const trouble = (message: string): void => log.warn('main', message);
  const settings = await SettingsService.open(paths.settings, options.user, trouble);
  const secrets = await SecretService.open({
    file: paths.secrets,
    keychain: options.keychain,
    env: process.env,
    onValue: (value) => log.mask(value),
    onTrouble: trouble,
  });
  let info: ServiceInfo = { engineVersion: '', readOnly: null };
  const link = createLink(options, settings, secrets, (ready) => {
    info = ready;
  });
  const { flows, library, watcher } = await createFlows(options, link, trouble);
  settings.onChange((changed) => {
    link.sendSettings(changed);
    pusher.push('settings.changed', changed);
    options.onSettings(changed);
  });
  const appInfo = (): AppInfo => ({
    version: options.versions.app,
    platform: options.versions.platform,
    dataFolder: paths.data,
    electron: options.versions.electron,
    engineVersion: info.engineVersion,
    readOnly: info.readOnly,
  });
  const handlers = createHandlers({
    flows,
    library,
    settings,
    secrets,
    dialogs: options.dialogs,
    templatesFolder: paths.templates,
    backedUp: backedUp(paths),
    service: (name, input) => link.request(name, input),
    info: async () => {
      await link.whenReady();
      return appInfo();
    },
    openExternal: (url) => options.openExternal(url),
    showFolder: (folder) => options.showFolder(folder),
    quit: () => options.quit(),
    onLosses: (losses) => tellLosses(pusher, settings, losses),
    onTrouble: trouble,
  });
  return {
    handlers,
    settings,
    link,
    checkFiles: () => void watcher.checkAll(),
    async close() {
      watcher.close();
      await link.close();
    },
  };
}

function tellLosses(pusher: Pusher, settings: SettingsService, losses: ExportAnswer['losses']): void {
  const { notice } = wordsFor(settings.get().language);
  const shown = losses.slice(0, MAX_LOSSES).map((loss) => `${loss.what} (${loss.how})`);
  pusher.push('app.notice', { level: 'info', message: notice.losses(shown, losses.length - shown.length) });
}

function createLink(
  options: CoreOptions,
  settings: SettingsService,
  secrets: SecretService,
  onInfo: (info: ServiceInfo) => void,
): ServiceLink {
  const { log, pusher, paths } = options;
  return new ServiceLink({
    fork: options.fork,
    init: () => ({
      dataFolder: paths.data,
      libraryFolder: paths.library,
      appVersion: options.versions.app,
      settings: settings.get(),
      user: options.user,
    }),
    secret: (name) => secrets.value(name),
    onPushes: (pushes) => {
      for (const push of pushes) if (push.name === 'tasks.changed') options.onOpenTasks(push.payload.open);
      pusher.pushAll(pushes);
    },
    onNewTask: options.onNewTask,
    onReady: (info, restarts) => {
      onInfo(info);
      log.info(
        'runtime',
        `ready, engine ${info.engineVersion}${info.readOnly ? `, read only: ${info.readOnly}` : ''}`,
      );
      if (restarts === 0) return;
      pusher.push('app.notice', {
        level: 'warning',
        message: wordsFor(settings.get().language).notice.engineRestarted,
      });
    },
    onLog: (level, message) => log.write(level, 'runtime', message),
    after: (delayMs, task) => {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
  });
}

async function createFlows(
  options: CoreOptions,
  link: ServiceLink,
  trouble: (message: string) => void,
): Promise<{ flows: FlowFiles; library: Library; watcher: FileWatcher }> {
  const { paths, pusher } = options;
  const recent = await JsonStore.open<string[]>({
    file: paths.recent,
    schema: RecentFiles,
    empty: [],
    onTrouble: trouble,
  });
  const library = new Library(paths.library, recent);
  const watcher = new FileWatcher({
    onChanged: (file) => pusher.push('flow.changedOnDisk', { path: file }),
    onTrouble: trouble,
  });
  const flows = new FlowFiles({
    library,
    watcher,
    journal: new Journal(paths.journal),
    versions: new Versions(paths.versions),
    now: () => Date.now(),
    serialize: serializeFlow,
    load: (text) => link.request('file.load', { text }),
    trash: (file) =>
      options.trash(file).catch(async (error: unknown) => {
        // No trash on this desktop or drive: our own folder keeps the file, so nothing is ever lost by a click.
        trouble(`the system's trash refused ${file} (${String(error)}); it is moved to ${paths.trash}`);
        await moveTo(paths.trash, file);
      }),
  });
  return { flows, library, watcher };
}

async function moveTo(folder: string, file: string): Promise<void> {
  await fs.mkdir(folder, { recursive: true });
  const target = path.join(folder, `${Date.now()}-${randomBytes(3).toString('hex')}-${path.basename(file)}`);
  await fs.copyFile(file, target);
  await fs.rm(file);
}
