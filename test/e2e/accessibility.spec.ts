/** No screen, in no state and neither theme, has what axe calls serious or critical. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { RequestInput } from '../../shared/ipc/contract';
import { expect, test } from './fixtures';
import { request } from './support/bridge';

type Document = RequestInput<'flow.create'>['document'];

/** What is wrong here in both themes, short enough to read in a failed test. */
async function wrongIn(page: Page, where: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // The browser of the app cannot make the extra page that axe wants otherwise.
    const axe = new AxeBuilder({ page }).setLegacyMode(true);
    // Only colours differ between the themes.
    const { violations } = await (colorScheme === 'dark' ? axe.withRules(['color-contrast']) : axe).analyze();
    for (const { id, impact, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue;
      const places = nodes.slice(0, 3).map(({ html }) => html.slice(0, 160));
      found.push(`${where}, ${colorScheme}: ${id} ×${nodes.length}\n    ${places.join('\n    ')}`);
    }
  }
  return found;
}

const failing = {
  format: 'baton.flow/1',
  id: 'failing',
  name: 'Failing',
  version: '1.0.0',
  nodes: {
    start: { kind: 'start' },
    sum: { kind: 'code', source: 'throw new Error("no");' },
    done: { kind: 'end' },
  },
  edges: [
    { from: 'start', port: 'next', to: 'sum' },
    { from: 'sum', port: 'next', to: 'done' },
  ],
} as Document;

const slow = {
  ...failing,
  id: 'slow',
  name: 'Slow',
  nodes: { start: { kind: 'start' }, sum: { kind: 'wait', for: 'PT1H' }, done: { kind: 'end' } },
} as Document;

/** A run of its own, shown in the run room from the list. */
async function startAndShow(page: Page, document: Document, status: string): Promise<void> {
  await request(page, 'run.start', { document, input: {}, mode: 'live', grant: true });
  await rail(page, 'Runs');
  await page.getByText(document.name, { exact: true }).first().click();
  await expect(page.getByRole('banner').getByText(status)).toBeVisible();
}

async function rail(page: Page, name: string): Promise<void> {
  const button = page
    .getByRole('navigation', { name: 'Main navigation' })
    .getByRole('button', { name: new RegExp(`^${name}`) });
  await button.click();
  await expect(button).toHaveAttribute('aria-current', 'page');
}

async function template(page: Page): Promise<void> {
  await rail(page, 'Home');
  await page
    .getByRole('region', { name: 'Start from a template' })
    .getByRole('button', { name: /Support triage/ })
    .click();
  await expect(page.getByRole('textbox', { name: 'Name of the flow' })).toHaveValue('Support triage');
}

const drawing = (page: Page) => page.getByRole('application', { name: /^Drawing of the flow/ });

test.describe.configure({ timeout: 120_000 });

test('home and the designer', async ({ page }) => {
  const wrong = [...(await wrongIn(page, 'home, first'))];
  await page.getByRole('button', { name: 'New flow' }).click();
  await expect(page.getByRole('region', { name: 'What should this flow do?' })).toBeVisible();
  wrong.push(...(await wrongIn(page, 'designer, empty')));
  await page.keyboard.press('ControlOrMeta+K');
  await expect(page.getByPlaceholder('Search every action, flow and step')).toBeVisible();
  wrong.push(...(await wrongIn(page, 'command palette')));
  await page.keyboard.press('Escape');
  await drawing(page).focus();
  await page.keyboard.press('/');
  await expect(page.getByPlaceholder('What should happen here?')).toBeFocused();
  wrong.push(...(await wrongIn(page, 'quick add')));
  await page.keyboard.press('Escape');
  await drawing(page).focus();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  wrong.push(...(await wrongIn(page, 'shortcuts')));
  await page.keyboard.press('Escape');
  await template(page);
  wrong.push(...(await wrongIn(page, 'designer, two flows')));
  await page.getByRole('application').getByText('Resolver', { exact: true }).click();
  await page.getByRole('tab', { name: /^Variables/ }).click();
  await expect(page.getByRole('textbox', { name: 'Id', exact: true })).toHaveValue('resolve');
  wrong.push(...(await wrongIn(page, 'designer, inspector')));
  await page.keyboard.press('ControlOrMeta+F');
  await page.keyboard.type('refund');
  await expect(page.getByRole('list', { name: 'Found places' }).getByRole('listitem').first()).toBeVisible();
  wrong.push(...(await wrongIn(page, 'find and replace')));
  await rail(page, 'Home');
  wrong.push(...(await wrongIn(page, 'home, with flows')));
  expect(wrong).toEqual([]);
});

test('the start form, the run room in every state, and the inbox', async ({ page }) => {
  await template(page);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const form = page.getByRole('form');
  await expect(form).toBeVisible();
  const wrong = [...(await wrongIn(page, 'start form'))];
  await form.getByRole('button', { name: 'Run', exact: true }).click();
  const allow = page.getByRole('button', { name: 'Allow and run' });
  const waiting = page.getByRole('banner').getByText('Waits for a person');
  await expect(allow.or(waiting).first()).toBeVisible();
  if (await allow.isVisible()) await allow.click();
  await expect(waiting).toBeVisible();
  wrong.push(...(await wrongIn(page, 'run room, waiting')));
  await rail(page, 'Inbox');
  await expect(page.getByRole('article').first()).toBeVisible();
  wrong.push(...(await wrongIn(page, 'inbox')));
  await page.getByRole('button', { name: /^Approve/ }).click();
  await rail(page, 'Runs');
  await page.getByText('Support triage', { exact: true }).first().click();
  await expect(page.getByRole('banner').getByText('Completed')).toBeVisible();
  await page
    .getByRole('button', { name: /^Resolver/ })
    .first()
    .click();
  wrong.push(...(await wrongIn(page, 'run room, done')));
  await page
    .getByRole('region', { name: 'Step Resolver' })
    .getByRole('button', { name: 'Fork', exact: true })
    .click();
  await expect(page.getByRole('dialog', { name: 'Fork just before Resolver' })).toBeVisible();
  wrong.push(...(await wrongIn(page, 'fork')));
  await page.keyboard.press('Escape');
  await startAndShow(page, slow, 'Running');
  wrong.push(...(await wrongIn(page, 'run room, running')));
  await startAndShow(page, failing, 'Failed');
  wrong.push(...(await wrongIn(page, 'run room, failed')));
  expect(wrong).toEqual([]);
});

test('runs, dead letters, rehearsal and settings', async ({ page }) => {
  await template(page);
  await startAndShow(page, failing, 'Failed');
  const wrong: string[] = [];
  for (const name of ['Runs', 'Dead letters', 'Rehearsal', 'Settings', 'Inbox']) {
    await rail(page, name);
    wrong.push(...(await wrongIn(page, name)));
  }
  await rail(page, 'Rehearsal');
  await page.getByRole('button', { name: /^Simulate/ }).click();
  await expect(page.getByText('Path coverage')).toBeVisible();
  wrong.push(...(await wrongIn(page, 'rehearsal report')));
  expect(wrong).toEqual([]);
});

/** Controls that lie outside the window and that no scrolling brings into it. */
async function outOfReach(page: Page, where: string): Promise<readonly string[]> {
  const found = await page.evaluate(() => {
    const wide = document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [];
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      ((element.scrollWidth > element.clientWidth &&
        /auto|scroll/.test(getComputedStyle(element).overflowX)) ||
        scrolls(element.parentElement));
    const controls = document.querySelectorAll(
      'button:not([aria-hidden]), input, textarea, h1, [role="tab"]:not([aria-hidden])',
    );
    const cut = [...controls].filter((control) => {
      const { left, right, width, height } = control.getBoundingClientRect();
      return (
        control.checkVisibility({ visibilityProperty: true }) &&
        width > 1 &&
        height > 1 &&
        (left < -1 || right > innerWidth + 1) &&
        !control.closest('[role="application"]') &&
        !scrolls(control.parentElement)
      );
    });
    return [
      ...wide,
      ...cut.map((control) => control.getAttribute('aria-label') ?? control.textContent ?? ''),
    ];
  });
  return found.map((what) => `${where}: ${what}`);
}

test('at twice the size nothing essential is out of reach', async ({ app, page }) => {
  await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    window?.setContentSize(1280, 800);
    window?.webContents.setZoomFactor(2);
  });
  await page.waitForFunction(() => innerWidth === 640);
  const wrong = [...(await outOfReach(page, 'home'))];
  await template(page);
  await expect(drawing(page)).toBeVisible();
  wrong.push(...(await outOfReach(page, 'designer')));
  const canvas = await drawing(page).boundingBox();
  expect(canvas?.width).toBeGreaterThan(200);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const form = page.getByRole('form');
  // The sample of the template, which asks for so much that a person decides.
  await expect(form.getByRole('textbox', { name: 'Ticket' })).toHaveValue(/A-1042/);
  wrong.push(...(await outOfReach(page, 'start form')));
  await form.getByRole('button', { name: 'Run', exact: true }).click();
  const allow = page.getByRole('button', { name: 'Allow and run' });
  const waiting = page.getByRole('banner').getByText('Waits for a person');
  await expect(allow.or(waiting).first()).toBeVisible();
  if (await allow.isVisible()) await allow.click();
  await expect(waiting).toBeVisible();
  wrong.push(...(await outOfReach(page, 'run room')));
  for (const name of ['Inbox', 'Runs', 'Rehearsal', 'Dead letters', 'Settings']) {
    await rail(page, name);
    wrong.push(...(await outOfReach(page, name)));
  }
  expect(wrong).toEqual([]);
});
