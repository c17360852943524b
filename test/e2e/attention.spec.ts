/** What asks for somebody's attention: the tour, tasks that come up while one is elsewhere, letters nobody wants. */
import type { ElectronApplication, Page } from '@playwright/test';
import { expect, launchApp, quitApp, test } from './fixtures';
import { request } from './support/bridge';
import { choose, type } from './support/designer';
import { rail } from './support/flows';
import { type Document, ledger, runLedger, status } from './support/runs';

const refunds = {
  ...ledger,
  id: 'refunds',
  name: 'Refunds',
  context: undefined,
  nodes: {
    start: { kind: 'start' },
    ask: {
      kind: 'human',
      name: 'Approve refund',
      mode: 'approve',
      title: 'Refund {{ input.amount }}?',
      form: { type: 'object', required: ['amount'], properties: { amount: { type: 'number' } } },
      propose: { amount: { $: 'input.amount' } },
    },
    done: { kind: 'end', output: { paid: { $: 'steps.ask.values.amount' } } },
    refused: { kind: 'end', name: 'Refused', outcome: 'failed' },
  },
  edges: [
    { from: 'start', port: 'next', to: 'ask' },
    { from: 'ask', port: 'approved', to: 'done' },
    { from: 'ask', port: 'rejected', to: 'refused' },
    { from: 'ask', port: 'expired', to: 'refused' },
  ],
} as unknown as Document; // written out as a file holds it

const ask = (page: Page, amount: number) =>
  request(page, 'run.start', { document: refunds, input: { amount }, mode: 'live' });

interface Shown {
  badges: number[];
  notifications: { title: string; body: string; emit(name: string): boolean }[];
}

/** Writes down what the system is asked to show, since nothing here shows it. */
async function watchSystem(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ app: running, Notification, BrowserWindow }) => {
    const shown: Shown = { badges: [], notifications: [] };
    Object.assign(globalThis, { shown });
    running.setBadgeCount = (count) => shown.badges.push(count ?? 0) > 0;
    Notification.isSupported = () => true;
    Notification.prototype.show = function show(this: Shown['notifications'][number]) {
      shown.notifications.push(this);
    };
    const [window] = BrowserWindow.getAllWindows();
    if (window) window.isFocused = () => false;
  });
}

const shown = (app: ElectronApplication) =>
  app.evaluate(() => {
    const { badges, notifications } = (globalThis as unknown as { shown: Shown }).shown;
    return { badge: badges.at(-1), texts: notifications.map(({ title, body }) => `${title} ${body}`) };
  });

test('a decision that comes up is told by the system and counted on the icon, and a click leads to it', async ({
  app,
  page,
}) => {
  await expect(page.getByRole('button', { name: 'New flow' })).toBeVisible();
  await watchSystem(app);
  await ask(page, 80);
  await expect.poll(async () => (await shown(app)).badge).toBe(1);
  await expect.poll(async () => (await shown(app)).texts.join()).toContain('Refund 80?');
  await ask(page, 90);
  await expect.poll(async () => (await shown(app)).badge).toBe(2);
  const click = (nth: number) =>
    app.evaluate(
      (_electron, at) => (globalThis as unknown as { shown: Shown }).shown.notifications[at]?.emit('click'),
      nth,
    );
  await click(1);
  await expect(page.getByRole('article', { name: 'Refund 90?' })).toBeVisible();
  await click(0);
  const task = page.getByRole('article', { name: 'Refund 80?' });
  await expect(task).toBeVisible();
  await task.getByRole('button', { name: /^Approve/ }).click();
  await expect.poll(async () => (await shown(app)).badge).toBe(1);

  // How often people agree with what is proposed is said with the next question of the same checkpoint.
  const next = page.getByRole('article', { name: 'Refund 90?' });
  await expect(page.getByText('100% of 1 approved unchanged')).toBeVisible();
  await type(page, next.getByRole('textbox', { name: 'Amount' }), '70');
  await next.getByRole('button', { name: /^Approve/ }).click();
  await expect(page.getByText('Nothing waits for you')).toBeVisible();
  await ask(page, 100);
  await expect(page.getByText('50% of 2 approved unchanged')).toBeVisible();
  await rail(page, 'Settings');
  const notify = page.getByRole('switch', { name: 'Notify me when a decision is waiting' });
  await notify.click();
  await expect(notify).not.toBeChecked();
  await ask(page, 110);
  await expect.poll(async () => (await shown(app)).badge).toBe(2);
  expect((await shown(app)).texts).toHaveLength(3);
});

test('the tour is left on the first start, not offered again, and taken later to its finished run', async ({
  userData,
}) => {
  test.setTimeout(120_000);
  const first = await launchApp(userData);
  const page = await first.firstWindow();
  const offer = page.getByRole('region', { name: 'Offer of the tour' });
  await offer.getByRole('button', { name: 'Take the tour' }).click();
  const tour = page.getByRole('complementary', { name: 'Tour' });
  await expect(tour).toContainText('This is a workflow');
  await tour.getByRole('button', { name: 'Leave the tour' }).click();
  await expect(tour).toBeHidden();
  await rail(page, 'Home');
  await expect(offer).toBeHidden();
  await quitApp(first);

  const second = await launchApp(userData);
  const again = await second.firstWindow();
  await expect(again.getByRole('button', { name: 'New flow' })).toBeVisible();
  await expect(again.getByRole('region', { name: 'Offer of the tour' })).toBeHidden();
  await again.emulateMedia({ reducedMotion: 'reduce' });
  await again.keyboard.press('ControlOrMeta+K');
  await again.getByPlaceholder('Search every action, flow and step').fill('Take the tour');
  await again.keyboard.press('Enter');
  const card = again.getByRole('complementary', { name: 'Tour' });
  await card.getByRole('button', { name: 'Run it' }).click();
  await expect(card).toContainText('It waits for you');
  // Nothing on the screen moves by itself for somebody who asked for that.
  const moving = await again.evaluate(
    () =>
      document
        .getAnimations()
        .filter(
          ({ playState, effect }) =>
            playState === 'running' && Number(effect?.getComputedTiming().duration) > 1,
        ).length,
  );
  expect(moving).toBe(0);
  await again
    .getByRole('article')
    .getByRole('button', { name: /^Approve/ })
    .click();
  await expect(card).toContainText('Finished, and on record');
  await expect(again.getByRole('banner').getByText('Completed')).toBeVisible();
  await card.getByRole('button', { name: 'Done', exact: true }).click();
  await expect(card).toBeHidden();
  await rail(again, 'Home');
  await expect(again.getByRole('region', { name: 'Recent runs' })).toContainText('Support triage');
  await quitApp(second);
});

test('a dead letter is put aside, and is still found among all', async ({ page }) => {
  await runLedger(page, '40');
  await expect(status(page, 'Failed')).toBeVisible();
  await rail(page, 'Home');
  await page
    .getByRole('region', { name: 'Needs attention' })
    .getByRole('button', { name: /1 step gave up/ })
    .click();
  const letter = page.getByRole('article', { name: /^Dead letter of/ });
  await expect(letter).toContainText('Over the limit');
  await letter.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByText('No step has given up')).toBeVisible();
  await page.getByText('All', { exact: true }).click();
  await expect(letter).toContainText(/Closed by /);
  await expect(letter.getByRole('button', { name: 'Dismiss' })).toBeHidden();
});

test('the window changes to another language and another theme, and says so everywhere', async ({ page }) => {
  await rail(page, 'Settings');
  await choose(page, page.getByRole('combobox', { name: 'Language' }), 'Deutsch');
  await expect(page.getByRole('heading', { name: 'Einstellungen' })).toBeVisible();
  await page.getByText('Dunkel', { exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.keyboard.press('ControlOrMeta+1');
  await expect(page.getByRole('button', { name: 'Neuer Ablauf' }).first()).toBeVisible();
});
