/** Whatever file is opened: a sentence says what is wrong and where, the window lives, nothing runs, nothing is lost. */
import fs from 'node:fs';
import path from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { flowWith, type HostileFile, hostileFiles } from './support/hostile-files';

interface Watched {
  csp: string[];
  pwned?: unknown;
}

/** As the system does when a file is double-clicked while the app runs. */
async function openFile(app: ElectronApplication, file: string): Promise<void> {
  await app.evaluate(({ app: running }, opened) => {
    running.emit('second-instance', {}, ['baton', opened], '/');
  }, file);
}

async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const own = window as unknown as Watched;
    own.csp = [];
    document.addEventListener('securitypolicyviolation', (event) =>
      own.csp.push(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
}

async function saysWhenRefused(page: Page): Promise<string> {
  const toast = page.locator('.mantine-Notification-root').first();
  const said = await toast.innerText();
  await toast.getByRole('button').click();
  await expect(toast).toBeHidden();
  return said;
}

async function saysInProblems(page: Page): Promise<string> {
  const problems = page.getByRole('tabpanel', { name: 'Problems' });
  await expect(problems.getByRole('listitem').first()).toBeVisible();
  return problems.innerText();
}

/** Opens it and gives what the person reads. */
async function tryFile(
  app: ElectronApplication,
  page: Page,
  file: string,
): Promise<{ opened: boolean; said: string }> {
  const toast = page.locator('.mantine-Notification-root');
  const tabs = page.getByRole('tablist', { name: 'Open flows' });
  await openFile(app, file);
  await expect(toast.or(tabs).first()).toBeVisible({ timeout: 20_000 });
  if (await toast.first().isVisible()) return { opened: false, said: await saysWhenRefused(page) };
  const said = await saysInProblems(page);
  await page.keyboard.press('ControlOrMeta+W');
  await expect(tabs).toBeHidden();
  return { opened: true, said };
}

function write(folder: string, file: HostileFile): string {
  const target = path.join(folder, `${file.name}.json`);
  fs.writeFileSync(target, file.bytes());
  return target;
}

test('fifty broken and malicious files are answered with a sentence, and the open flow is untouched', async ({
  app,
  page,
  userData,
}) => {
  test.setTimeout(180_000);
  expect(hostileFiles.length).toBeGreaterThanOrEqual(50);
  const folder = path.join(userData, 'hostile');
  fs.mkdirSync(folder);
  const good = path.join(folder, 'good.json');
  fs.writeFileSync(good, JSON.stringify(flowWith({ name: 'Good' })));
  await openFile(app, good);
  const name = page.getByRole('textbox', { name: 'Name of the flow' });
  await name.fill('Good and edited');
  await name.press('Enter');
  await page.getByRole('tab', { name: /^Problems/ }).click();
  await watch(page);

  for (const file of hostileFiles) {
    const target = write(folder, file);
    const before = fs.readFileSync(target);
    const found = await tryFile(app, page, target);
    expect
      .soft(found, file.name)
      .toEqual({ opened: file.opens ?? false, said: expect.stringMatching(file.says) });
    expect.soft(fs.readFileSync(target).equals(before), `${file.name} is as it was`).toBe(true);
    await expect(name).toHaveValue('Good and edited');
  }

  const after = await page.evaluate(() => {
    const own = window as unknown as Watched;
    return {
      csp: own.csp,
      pwned: own.pwned,
      polluted: (Object.prototype as { polluted?: unknown }).polluted,
    };
  });
  expect(after).toEqual({ csp: [], pwned: undefined, polluted: undefined });
  await page.keyboard.press('ControlOrMeta+S');
  await expect
    .poll(() => JSON.parse(fs.readFileSync(good, 'utf8')) as unknown)
    .toMatchObject({ name: 'Good and edited' });
});
