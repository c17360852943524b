#!/usr/bin/env node
/**
 * `npm start`: makes what is missing, then opens the designer. Without a screen it runs a sample flow in
 * the terminal instead and says how to get the window. Further arguments go to the app.
 */
import { electronArgs, resolveElectron } from './electron.mjs';
import { hasDisplay } from './lib/display.mjs';
import { run } from './lib/process.mjs';
import { setup } from './setup.mjs';

/** What runs where no window can be shown: a template, offline, decided by prepared answers. */
const SAMPLE_RUN = [
  'dist/cli/baton.mjs',
  'run',
  'resources/templates/support-triage/flow.json',
  '--input',
  'resources/samples/support-triage/input.json',
  '--answers',
  'resources/samples/support-triage/answers.json',
  '--trust',
  '--wait',
];

const HOW_TO_OPEN = `
There is no screen here, so a sample flow was started in the terminal instead. To open the designer:
  on a desktop            npm start
  over ssh                ssh -X <this machine>, then npm start
  on a virtual screen     xvfb-run -a npm start
All commands of the terminal: node dist/cli/baton.mjs --help
`;

async function start(args) {
  await setup({ needsWindow: hasDisplay() });
  if (!hasDisplay()) {
    const code = await run(process.execPath, SAMPLE_RUN);
    if (code !== 0) console.error(`start: the sample run ended with code ${code}`);
    console.log(HOW_TO_OPEN);
    return code;
  }
  const electron = await resolveElectron();
  return run(electron.path, electronArgs(['.', ...args]));
}

try {
  process.exitCode = await start(process.argv.slice(2));
} catch (error) {
  console.error(`start: ${error.message}`);
  process.exitCode = 1;
}
