// Lists the node kinds: `node scripts/gen.mjs` writes the generated files, `--check` fails when they are out of date.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const nodesFolder = join(root, 'shared', 'nodes');
const HEAD = '// Made by `npm run gen` from the folders beside this file. Do not edit.\n';

/** Kinds in the order of the document format, so that the lists read as the specification does. */
function kindsInOrder() {
  const source = readFileSync(join(root, 'shared', 'spec', 'nodes.ts'), 'utf8');
  const list = /NODE_KINDS = \[([^\]]*)\]/.exec(source)?.[1];
  if (list === undefined) throw new Error('shared/spec/nodes.ts has no list NODE_KINDS');
  const order = [...list.matchAll(/'([a-z]+)'/g)].map((match) => match[1]);
  const folders = readdirSync(nodesFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  const stray = folders.filter((name) => !order.includes(name));
  if (stray.length > 0)
    throw new Error(`shared/nodes/${stray[0]} is not in NODE_KINDS of shared/spec/nodes.ts`);
  return order;
}

function kindsFile(kinds) {
  const imports = [...kinds].sort().map((kind) => `import { ${kind} } from './${kind}/index';`);
  return `${HEAD}import type { NodeKind } from '../spec/nodes';
import type { NodeKindDefinition } from './define';
${imports.join('\n')}

export const nodeKinds: { readonly [K in NodeKind]: NodeKindDefinition<K> } = {
${kinds.map((kind) => `  ${kind},`).join('\n')}
};
`;
}

function behavioursFile(kinds) {
  const withBehaviour = kinds.filter((kind) => existsSync(join(nodesFolder, kind, 'behaviour.ts')));
  if (withBehaviour.length === 0) return undefined;
  const imports = [...withBehaviour]
    .sort()
    .map((kind) => `import { behaviour as ${kind} } from './${kind}/behaviour';`);
  return `${HEAD}${imports.join('\n')}

export const behaviours = {
${withBehaviour.map((kind) => `  ${kind},`).join('\n')}
} as const;
`;
}

function run() {
  const check = process.argv.includes('--check');
  const kinds = kindsInOrder();
  const files = { 'kinds.generated.ts': kindsFile(kinds), 'behaviours.generated.ts': behavioursFile(kinds) };
  let stale = 0;
  for (const [name, text] of Object.entries(files)) {
    if (text === undefined) continue;
    const path = join(nodesFolder, name);
    if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
    if (check) {
      stale += 1;
      console.error(`shared/nodes/${name} is out of date: run \`npm run gen\``);
    } else {
      writeFileSync(path, text);
      console.log(`wrote shared/nodes/${name}`);
    }
  }
  process.exitCode = stale > 0 ? 1 : 0;
}

run();
