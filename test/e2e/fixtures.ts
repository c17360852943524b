/**
 * The real app, started anew for each test with a data folder of its own.
 *
 *   test('…', async ({ page }) => …)
 *   test.use({ appArgs: [...], appEnv: {...} })
 *
 * With BATON_PACKAGED=<binary> the same tests drive a packaged app (made with BATON_PACK_TEST=1).
 */
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { _electron, test as base, type ElectronApplication, type Page } from '@playwright/test';
import { resolveElectron } from '../../scripts/electron.mjs';

interface Options {
  appArgs: string[];
  appEnv: Record<string, string>;
}

interface Fixtures {
  userData: string;
  app: ElectronApplication;
  page: Page;
}

function environment(extra: Record<string, string>): Record<string, string> {
  const own = Object.entries(process.env).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(own) as Record<string, string>), ...extra }; // `undefined` is filtered out.
}

/** Also for tests that start the app twice on the same data. */
export async function launchApp(
  userData: string,
  options: Partial<Options> = {},
): Promise<ElectronApplication> {
  const packaged = process.env['BATON_PACKAGED'];
  const executablePath = packaged ?? (await resolveElectron({ quiet: true })).path;
  return _electron.launch({
    executablePath,
    // Playwright adds --no-sandbox on Linux by itself.
    args: [...(packaged ? [] : ['.']), `--user-data-dir=${userData}`, ...(options.appArgs ?? [])],
    env: environment(options.appEnv ?? {}),
  });
}

/** Until the process is gone: before that, another start on the same data would be handed to it and end. */
export async function quitApp(app: ElectronApplication): Promise<void> {
  const child = app.process();
  const gone = child.exitCode === null ? once(child, 'exit') : undefined;
  await app.close();
  await gone;
}

export const test = base.extend<Options & Fixtures>({
  appArgs: [[], { option: true }],
  appEnv: [{}, { option: true }],
  userData: async ({}, use) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'baton-e2e-'));
    await use(folder);
    fs.rmSync(folder, { recursive: true, force: true });
  },
  app: async ({ userData, appArgs, appEnv }, use) => {
    const app = await launchApp(userData, { appArgs, appEnv });
    await use(app);
    await app.close();
  },
  page: async ({ app }, use) => {
    await use(await app.firstWindow());
  },
});

export { expect } from '@playwright/test';
