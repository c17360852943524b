/**
 * The layers of docs STYLE, as a table. The first row whose pattern fits a file is its layer; a file may
 * import its own layer, the layers under `may`, and the packages under `npm`. Type imports count too.
 */

export interface Layer {
  readonly name: string;
  readonly files: RegExp;
  /** Layers, by name; `parent/*` stands for every layer whose name starts so. */
  readonly may: readonly string[];
  readonly npm: readonly RegExp[];
}

const NODE = /^node:/;
const ELECTRON = /^electron$/;
const ZOD = /^zod$/;
const SQLITE = /^better-sqlite3$/;

/** Libraries that talk to models, run tools, or evaluate what a flow says. */
const MODEL_AND_TOOL = [
  /^ai$/,
  /^@ai-sdk\//,
  /^@modelcontextprotocol\/sdk/,
  /^(quickjs-emscripten-core|@jitl\/quickjs-)/,
  /^jsonata$/,
  /^@cfworker\/json-schema$/,
  /^re2js$/,
  /^wink-/,
  /^fflate$/,
  /^papaparse$/,
  /^better-sqlite3$/, // the SQL tool opens files of the user's, never ours
  ZOD,
];

const WINDOW = [
  /^react(-dom)?(\/|$)/,
  /^zustand(\/|$)/,
  /^@mantine\//,
  /^lucide-react$/,
  /^@codemirror\//,
  /^@lezer\//,
  /^@tanstack\//,
  /^(marked|dompurify|papaparse)$/,
  /^elkjs(\/|$)/,
  /^react-resizable-panels$/,
  /^@fontsource-variable\//,
  // Vite's client types.
  /^vite\/client$/,
];

const BASE = ['shared/base'];
const RENDERER_MAY = [
  ...BASE,
  'shared/spec',
  'shared/events',
  'shared/ipc',
  'shared/nodes',
  'shared/editing',
];
const RUNTIME_MAY = [
  ...BASE,
  'shared/spec',
  'shared/events',
  'shared/ipc',
  'shared/ports',
  'shared/nodes',
  'shared/behaviour/*',
  'shared/engine',
  'electron/store',
];
const HOST_MAY = [...RUNTIME_MAY, 'electron/runtime'];

export const LAYERS: readonly Layer[] = [
  { name: 'shared/base', files: /^shared\/base\//, may: [], npm: [] },
  { name: 'shared/spec', files: /^shared\/spec\//, may: BASE, npm: [ZOD] },
  { name: 'shared/events', files: /^shared\/events\//, may: [...BASE, 'shared/spec'], npm: [ZOD] },
  { name: 'shared/ipc', files: /^shared\/ipc\//, may: [...BASE, 'shared/spec', 'shared/events'], npm: [ZOD] },
  {
    name: 'shared/ports',
    files: /^shared\/ports\//,
    may: [...BASE, 'shared/spec', 'shared/events'],
    npm: [],
  },
  // A form of its own is compiled with the window, and held to the window's rules.
  { name: 'renderer', files: /^shared\/nodes\/[^/]+\/inspector\.tsx$/, may: RENDERER_MAY, npm: WINDOW },
  {
    // What behaviours have in common (shared/nodes/behaviour.ts): types and helpers, no kind.
    name: 'shared/behaviour/kit',
    files: /^shared\/nodes\/behaviour[^/]*\.ts$(?<!generated\.ts)/,
    may: [...BASE, 'shared/spec', 'shared/ports', 'shared/nodes'],
    npm: [],
  },
  {
    name: 'shared/behaviour/list',
    files: /^shared\/nodes\/behaviours\.generated\.ts$/,
    may: ['shared/behaviour/*'],
    npm: [],
  },
  {
    name: 'shared/behaviour/kind',
    files: /^shared\/nodes\/[^/]+\/behaviour[^/]*\.ts$/,
    may: [...BASE, 'shared/spec', 'shared/ports', 'shared/nodes', 'shared/behaviour/kit'],
    npm: [],
  },
  {
    name: 'shared/nodes',
    files: /^shared\/nodes\//,
    may: [...BASE, 'shared/spec', 'shared/ports'],
    npm: [ZOD],
  },
  {
    name: 'shared/engine',
    files: /^shared\/engine\//,
    may: [...BASE, 'shared/spec', 'shared/events', 'shared/ports', 'shared/nodes', 'shared/behaviour/*'],
    npm: [],
  },
  {
    name: 'shared/editing',
    files: /^shared\/editing\//,
    may: [...BASE, 'shared/spec', 'shared/nodes'],
    npm: [],
  },
  {
    name: 'electron/store',
    files: /^electron\/store\//,
    may: [...BASE, 'shared/spec', 'shared/events', 'shared/ports'],
    npm: [SQLITE, NODE],
  },
  {
    name: 'electron/runtime',
    files: /^electron\/runtime\//,
    may: RUNTIME_MAY,
    // SQLite for the databases of sql tools; the runs' own database is the store's.
    npm: [NODE, SQLITE, ...MODEL_AND_TOOL],
  },
  // A host's SDK is named here when the host comes.
  { name: 'electron/hosts', files: /^electron\/hosts\//, may: HOST_MAY, npm: [NODE, ...MODEL_AND_TOOL] },
  // `baton serve` starts a host.
  {
    name: 'electron/cli',
    files: /^electron\/cli\//,
    may: [...HOST_MAY, 'electron/hosts'],
    npm: [NODE, ...MODEL_AND_TOOL],
  },
  {
    name: 'electron/main',
    files: /^electron\/main\//,
    may: [...BASE, 'shared/spec', 'shared/events', 'shared/ipc'],
    npm: [ELECTRON, NODE],
  },
  // Types only, which test/unit/electron/preload checks: a sandboxed preload brings no library along.
  { name: 'electron/preload', files: /^electron\/preload\//, may: ['shared/ipc'], npm: [ELECTRON] },
  {
    name: 'renderer/canvas',
    files: /^renderer\/canvas\//,
    may: [...RENDERER_MAY, 'renderer'],
    npm: [...WINDOW, /^@xyflow\/react(\/|$)/],
  },
  { name: 'renderer', files: /^renderer\//, may: [...RENDERER_MAY, 'renderer/canvas'], npm: WINDOW },
];

/** Node kinds keep their tests beside them; those may use fakes, so the table is not about them. */
const TEST_FILE = /\.test\.tsx?$/;

export function isTestFile(file: string): boolean {
  return TEST_FILE.test(file);
}

export function layerOf(file: string): Layer | undefined {
  return LAYERS.find(({ files }) => files.test(file));
}

export function mayImport(from: Layer, to: Layer): boolean {
  if (from.name === to.name) return true;
  return from.may.some((name) =>
    name.endsWith('/*') ? to.name.startsWith(name.slice(0, -1)) : to.name === name,
  );
}

export function mayUse(from: Layer, specifier: string): boolean {
  return from.npm.some((pattern) => pattern.test(specifier));
}
