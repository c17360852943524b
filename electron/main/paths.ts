/** Where everything is. One place, so that a backup or a test knows what belongs to Baton. */
import { existsSync } from 'node:fs';
import path from 'node:path';

export interface AppPaths {
  readonly data: string;
  /** `<Documents>/Baton` if the person has made such a folder, else `flows` in the data folder. */
  readonly library: string;
  readonly journal: string;
  readonly versions: string;
  readonly trash: string;
  readonly logs: string;
  readonly settings: string;
  readonly secrets: string;
  readonly recent: string;
  readonly window: string;
  readonly renderer: string;
  readonly preload: string;
  readonly utility: string;
  readonly templates: string;
  readonly icon: string | undefined;
}

export interface PathOptions {
  readonly data: string;
  readonly documents: string | undefined;
  /** Folder of the built main bundle. */
  readonly bundle: string;
  /** Folder that holds `resources/` of the app: its own folder, packaged or not. */
  readonly app: string;
}

export function appPaths(options: PathOptions): AppPaths {
  const data = (name: string): string => path.join(options.data, name);
  const own = options.documents === undefined ? undefined : path.join(options.documents, 'Baton');
  const icon = path.join(options.app, 'resources', 'icon.png');
  return {
    data: options.data,
    library: own !== undefined && existsSync(own) ? own : data('flows'),
    journal: data('journal'),
    versions: data('versions'),
    trash: data('trash'),
    logs: data('logs'),
    settings: data('settings.json'),
    secrets: data('secrets.json'),
    recent: data('recent-files.json'),
    window: data('window.json'),
    renderer: path.resolve(options.bundle, '..', 'renderer'),
    preload: path.resolve(options.bundle, '..', 'preload', 'preload.cjs'),
    utility: path.join(options.bundle, 'utility.js'),
    templates: path.join(options.app, 'resources', 'templates'),
    icon: existsSync(icon) ? icon : undefined,
  };
}
