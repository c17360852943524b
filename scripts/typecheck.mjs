#!/usr/bin/env node
/** `npm run typecheck`: each environment with its own library and types. Checks all, even after a failure. */
import { packageBin, run } from './lib/process.mjs';
import { isEntry } from './lib/paths.mjs';

export const PROJECTS = ['shared', 'node', 'web', 'test'];

export function typecheck(project) {
  const args = [packageBin('typescript', 'tsc'), '--pretty', '--project', `tsconfig.${project}.json`];
  return run(process.execPath, args);
}

if (isEntry(import.meta.url)) {
  for (const project of PROJECTS) {
    const code = await typecheck(project);
    if (code !== 0) {
      console.error(`types: tsconfig.${project}.json has errors`);
      process.exitCode = 1;
    }
  }
}
