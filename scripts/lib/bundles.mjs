/** What is bundled for Node and Electron: one table, used by the build and by `npm run dev`. */
import fs from 'node:fs';
import { builtinModules } from 'node:module';
import { inRoot, readText } from './paths.mjs';

/** better-sqlite3 is native; all other packages are bundled, so the app ships no node_modules but that. */
const external = ['electron', /^electron\//, 'better-sqlite3', /^node:/, ...builtinModules];

const SHEBANG = '#!/usr/bin/env node';

/** Threads of the executors. They are started from files beside the bundle that wants them. */
const THREADS = {
  'code-worker': 'electron/runtime/tools/code-worker.ts',
  'sql-worker': 'electron/runtime/tools/sql-worker.ts',
};

const BUNDLES = [
  {
    dir: 'dist/main',
    entries: { main: 'electron/main/main.ts', utility: 'electron/runtime/utility.ts', ...THREADS },
    target: 'node20',
    output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
  },
  {
    // A sandboxed preload is one CommonJS file.
    dir: 'dist/preload',
    entries: { preload: 'electron/preload/preload.ts' },
    target: 'chrome130',
    output: { format: 'cjs', entryFileNames: '[name].cjs' },
  },
  {
    dir: 'dist/cli',
    entries: { baton: 'electron/cli/baton.ts', ...THREADS },
    target: 'node20',
    isCommand: true,
    output: { format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: 'chunk-[name]-[hash].mjs' },
  },
];

/** The command's entry gets a shebang unless its source brings one. */
function bannerFor({ isCommand, entries }) {
  if (!isCommand) return undefined;
  return (chunk) => {
    const hasOwn = Object.values(entries).some((entry) => readText(inRoot(entry))?.startsWith('#!'));
    return chunk.isEntry && !hasOwn ? SHEBANG : '';
  };
}

function existing(entries) {
  return Object.fromEntries(Object.entries(entries).filter(([, file]) => fs.existsSync(inRoot(file))));
}

export function missingEntries() {
  return BUNDLES.flatMap(({ entries }) => Object.values(entries)).filter(
    (file) => !fs.existsSync(inRoot(file)),
  );
}

/** Files that a complete build leaves, for the entries that exist. */
export function expectedOutputs() {
  return BUNDLES.flatMap(({ dir, entries, output }) =>
    Object.keys(existing(entries)).map((name) => `${dir}/${output.entryFileNames.replace('[name]', name)}`),
  );
}

/** The options of rolldown, one set a folder of dist. */
export function bundleOptions() {
  return BUNDLES.map((bundle) => ({
    isCommand: bundle.isCommand === true,
    options: {
      cwd: inRoot(),
      input: existing(bundle.entries),
      platform: 'node',
      external,
      tsconfig: inRoot('tsconfig.node.json'),
      transform: { target: bundle.target },
      output: { ...bundle.output, dir: inRoot(bundle.dir), sourcemap: true, banner: bannerFor(bundle) },
    },
  })).filter(({ options }) => Object.keys(options.input).length > 0);
}
