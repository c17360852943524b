/** Every request of the contract and who answers it. What a flow does is answered by the runtime's process. */
import path from 'node:path';
import { AppError } from '../../../shared/base/app-error';
import type { AppInfo, RequestName, Settings } from '../../../shared/ipc/contract';
import {
  type ExportAnswer,
  type ForwardedName,
  FORWARDED,
  type ServiceInput,
  type ServiceName,
  type ServiceOutput,
} from '../../../shared/ipc/service';
import type { FlowFiles } from '../flows/flow-files';
import type { Library } from '../flows/library';
import { readTemplates } from '../flows/templates';
import type { RequestHandlers } from '../ipc/router';
import { checkExternalUrl } from '../shell/external-url';
import { wordsFor } from '../shell/words';
import type { SecretService } from '../state/secrets';
import type { SettingsService } from '../state/settings';
import { backUp } from './backup';
import type { Dialogs } from './dialogs';
import { checkTarget, readPicked, safeFileName, writeExport } from './files';

export interface HandlerOptions {
  readonly flows: FlowFiles;
  readonly library: Library;
  readonly settings: SettingsService;
  readonly secrets: SecretService;
  readonly dialogs: Dialogs;
  readonly templatesFolder: string;
  /** What a backup copies beside the runs, by its name in the copy. */
  readonly backedUp: Readonly<Record<string, string>>;
  service<N extends ServiceName>(name: N, input: ServiceInput<N>): Promise<ServiceOutput<N>>;
  info(): Promise<AppInfo>;
  openExternal(url: string): Promise<void>;
  showFolder(path: string): void;
  quit(): void;
  /** An export was written, but its format could not hold everything. */
  onLosses(losses: ExportAnswer['losses']): void;
  onTrouble(message: string): void;
}

type Part<Prefix extends string> = Pick<
  RequestHandlers,
  Exclude<Extract<RequestName, `${Prefix}.${string}`>, ForwardedName>
>;

export function createHandlers(options: HandlerOptions): RequestHandlers {
  return {
    ...appHandlers(options),
    ...settingsHandlers(options),
    ...dataHandlers(options),
    ...fileHandlers(options),
    ...dialogHandlers(options),
    ...forwarded(options),
  };
}

function appHandlers(options: HandlerOptions): Part<'app'> {
  return {
    'app.info': () => options.info(),
    'app.openExternal': async ({ url }) => {
      await options.openExternal(checkExternalUrl(url));
      return null;
    },
    'app.showFolder': ({ path: file }) => {
      if (!path.isAbsolute(file))
        throw new AppError('file/not-absolute', 'Only a full path can be shown.', {
          details: { path: file },
        });
      options.showFolder(file);
      return null;
    },
    'app.quit': () => {
      options.quit();
      return null;
    },
  };
}

function settingsHandlers({ settings, secrets }: HandlerOptions): Part<'settings'> & Part<'secret'> {
  return {
    'settings.get': () => settings.get(),
    'settings.set': (change) => settings.set(change as Partial<Settings>),
    'secret.list': () => secrets.list(),
    'secret.set': async ({ name, value }) => {
      await secrets.set(name, value);
      return null;
    },
    'secret.delete': async ({ name }) => {
      await secrets.delete(name);
      return null;
    },
  };
}

function dataHandlers(options: HandlerOptions): Part<'data'> {
  const { dialogs, backedUp, service } = options;
  return {
    'data.backup': async ({ folder: given }) => {
      const title = wordsFor(options.settings.get().language).dialog.backup;
      const folder =
        given === undefined
          ? await dialogs.open({ title, properties: ['openDirectory', 'createDirectory'] })
          : checkTarget(given);
      if (folder === undefined) return null;
      const copyRuns = (file: string) => service('runs.copyTo', { file });
      return backUp(folder, { sources: backedUp, copyRuns, now: Date.now });
    },
  };
}

type DialogName = 'flow.openDialog' | 'flow.saveAs' | 'flow.export' | 'run.export' | 'file.pick';

function fileHandlers({ flows, templatesFolder, onTrouble }: HandlerOptions): Omit<Part<'flow'>, DialogName> {
  return {
    'flow.list': async () => ({ files: await flows.list() }),
    'flow.templates': async () => ({
      templates: await readTemplates(templatesFolder, onTrouble),
    }),
    'flow.create': ({ document }) => flows.create(document),
    'flow.open': ({ path: file }) => flows.open(file),
    'flow.importText': ({ text, name }) => flows.importText(text, name),
    'flow.save': ({ path: file, document, expectedHash }) => flows.save(file, document, expectedHash),
    'flow.delete': async ({ path: file }) => {
      await flows.delete(file);
      return null;
    },
    'flow.journal': async ({ path: file, document }) => {
      await flows.journal(file, document);
      return null;
    },
    'flow.discardJournal': async ({ path: file }) => {
      await flows.discardJournal(file);
      return null;
    },
    'flow.versions': async ({ path: file }) => ({
      versions: await flows.versions(file),
    }),
    'flow.version': ({ path: file, id }) => flows.version(file, id),
    'flow.nameVersion': async ({ path: file, name, id }) => {
      await flows.nameVersion(file, name, id);
      return null;
    },
  };
}

const EXTENSIONS = {
  json: 'json',
  bundle: 'baton.zip',
  markdown: 'md',
  mermaid: 'mmd',
  events: 'jsonl',
  otlp: 'json',
} as const;

function dialogHandlers(options: HandlerOptions): Pick<RequestHandlers, DialogName> {
  return { ...openAndSave(options), ...exports(options) };
}

function openAndSave(
  options: HandlerOptions,
): Pick<RequestHandlers, 'flow.openDialog' | 'flow.saveAs' | 'file.pick'> {
  const { dialogs, flows, library } = options;
  const words = () => wordsFor(options.settings.get().language).dialog;
  const flowFilter = () => [{ name: words().flows, extensions: ['json'] }];
  return {
    'flow.openDialog': async () => {
      const file = await dialogs.open({
        title: words().open,
        defaultPath: library.folder,
        filters: flowFilter(),
        properties: ['openFile'],
      });
      return file === undefined ? null : flows.open(file);
    },
    'flow.saveAs': async ({ document, suggestedName }) => {
      const defaultPath = path.join(library.folder, `${safeFileName(suggestedName)}.baton.json`);
      const chosen = await dialogs.save({ title: words().save, defaultPath, filters: flowFilter() });
      if (chosen === undefined) return null;
      return flows.saveAs(/\.json$/i.test(chosen) ? chosen : `${chosen}.baton.json`, document);
    },
    'file.pick': async ({ title, folder, extensions, read }) => {
      const filters =
        extensions && extensions.length > 0 ? [{ name: extensions.join(', '), extensions }] : [];
      const file = await dialogs.open({
        title,
        filters,
        properties: [folder ? 'openDirectory' : 'openFile'],
      });
      if (file === undefined) return null;
      const text = read && !folder ? { text: await readPicked(file) } : {};
      return { path: file, name: path.basename(file), ...text };
    },
  };
}

function exports(options: HandlerOptions): Pick<RequestHandlers, 'flow.export' | 'run.export'> {
  const { dialogs, library, service } = options;
  const target = async (
    given: string | undefined,
    name: string,
    extension: string,
  ): Promise<string | undefined> => {
    if (given !== undefined) return checkTarget(given);
    const title = wordsFor(options.settings.get().language).dialog.export;
    return dialogs.save({
      title,
      defaultPath: path.join(library.folder, `${safeFileName(name)}.${extension}`),
    });
  };
  const finish = async ({ files, losses }: ExportAnswer, file: string): Promise<{ path: string }> => {
    const written = await writeExport(files, file);
    if (losses.length > 0) options.onLosses(losses);
    return written;
  };
  return {
    'flow.export': async ({ document, target: kind, path: given }) => {
      const file = await target(given, String(document.id ?? document.name ?? 'flow'), EXTENSIONS[kind]);
      if (file === undefined) return null;
      return finish(await service('file.exportFlow', { document, target: kind }), file);
    },
    'run.export': async ({ runId, target: kind, path: given }) => {
      const file = await target(given, `run-${runId}`, EXTENSIONS[kind]);
      if (file === undefined) return null;
      return finish(await service('file.exportRun', { runId, target: kind }), file);
    },
  };
}

function forwarded(options: HandlerOptions): Pick<RequestHandlers, ForwardedName> {
  const entries = FORWARDED.map(
    (name) => [name, (input: unknown) => options.service(name, input as never)] as const,
  );
  // Made from the list of forwarded names, so it has exactly these keys; the compiler cannot see through fromEntries.
  return Object.fromEntries(entries) as unknown as Pick<RequestHandlers, ForwardedName>;
}
