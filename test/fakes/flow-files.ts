/** Flow files over a real folder, with a loader that takes any JSON and a trash that is a list. */
import fs from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { FlowFiles } from '../../electron/main/flows/flow-files';
import { Journal } from '../../electron/main/flows/journal';
import { Library, RecentFiles } from '../../electron/main/flows/library';
import { Versions } from '../../electron/main/flows/versions';
import { FileWatcher } from '../../electron/main/flows/watcher';
import { JsonStore } from '../../electron/main/state/json-store';
import { AppError } from '../../shared/base/app-error';
import type { Flow } from '../../shared/spec/flow';

export function flowNamed(name: string, id = 'refunds'): Flow {
  return {
    format: 'baton.flow/1',
    id,
    name,
    version: '1.0.0',
    nodes: { start: { kind: 'start' }, done: { kind: 'end' } },
    edges: [{ from: 'start', port: 'next', to: 'done' }],
  };
}

export const textOf = (flow: Flow): string => `${JSON.stringify(flow, null, 2)}\n`;

export async function flowFilesIn(folder: string) {
  let now = 1_700_000_000_000;
  const trashed: string[] = [];
  const changed: string[] = [];
  const recent = await JsonStore.open<string[]>({
    file: path.join(folder, 'recent.json'),
    schema: RecentFiles,
    empty: [],
  });
  const library = new Library(path.join(folder, 'flows'), recent);
  const watcher = new FileWatcher({ onChanged: (file) => changed.push(file) });
  onTestFinished(() => watcher.close());
  const journal = new Journal(path.join(folder, 'journal'));
  const files = new FlowFiles({
    library,
    journal,
    watcher,
    versions: new Versions(path.join(folder, 'versions')),
    now: () => ++now,
    serialize: textOf,
    load: async (text) => {
      try {
        return { document: JSON.parse(text) as Flow, report: { valid: true, problems: [] } };
      } catch {
        throw new AppError('spec/invalid', 'The file is not JSON.');
      }
    },
    trash: async (file) => {
      trashed.push(file);
      fs.rmSync(file);
    },
  });
  return { files, library, journal, watcher, trashed, changed, folder };
}
