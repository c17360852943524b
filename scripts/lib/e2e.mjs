/** Playwright against the built app, on a virtual screen when there is no real one. */
import { onDisplay } from './display.mjs';
import { packageBin, run } from './process.mjs';

export function runPlaywright(args, env = process.env) {
  const [command, all] = onDisplay(process.execPath, [
    packageBin('@playwright/test', 'playwright'),
    'test',
    ...args,
  ]);
  return run(command, all, { env });
}
