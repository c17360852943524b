// Starts a node kind: `npm run new:node <kind>` writes its folder. What is left to do is printed.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const kind = process.argv[2] ?? '';

if (!/^[a-z]{2,20}$/.test(kind)) {
  console.error('Say which kind, one lower-case noun: npm run new:node <kind>');
  process.exit(2);
}
const folder = join(root, 'shared', 'nodes', kind);
if (existsSync(folder)) {
  console.error(`shared/nodes/${kind} exists already`);
  process.exit(2);
}

const title = kind[0].toUpperCase() + kind.slice(1);
const files = {
  'index.ts': `import { defineNodeKind } from '../define';

export const ${kind} = defineNodeKind({
  kind: '${kind}',
  title: '${title}',
  group: 'work',
  description: 'One sentence that says what it does.',
  keywords: [],
  shares: ['reads', 'writes', 'disabled'],
  create: () => ({ node: { kind: '${kind}' } }),
  summary: () => '${title}',
  inspector: [],
});
`,
  'README.md': `# ${title}\n\nWhat it is.\n\n## When to use it\n\n## What happens when it fails\n`,
  'README.de.md': `# ${title}\n\nWas es ist.\n\n## Wann es sich eignet\n\n## Was geschieht, wenn es scheitert\n`,
  'icon.svg':
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"><circle cx="10" cy="10" r="6"/></svg>\n',
};
mkdirSync(folder);
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
console.log(`wrote shared/nodes/${kind}. Now:
  1. its fields in shared/spec/nodes.ts (schema, FlowNode, NODE_KINDS)
  2. its ports in shared/spec/ports-of.ts
  3. its behaviour in shared/nodes/${kind}/behaviour.ts, with a test beside it
  4. npm run gen`);
