/** Flows on the screen and in their files. */
import fs from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { request } from './bridge';
import { Designer } from './designer';

/** A template opened from home by the mouse. */
export async function fromTemplate(page: Page, name = 'Support triage'): Promise<Designer> {
  await page
    .getByRole('region', { name: 'Start from a template' })
    .getByRole('button', { name: new RegExp(name) })
    .click();
  await expect(page.getByRole('textbox', { name: 'Name of the flow' })).toHaveValue(name);
  const designer = new Designer(page);
  await designer.settled();
  return designer;
}

/** An empty flow, by its key. */
export async function newFlow(page: Page): Promise<Designer> {
  await expect(page.getByRole('navigation', { name: 'Main navigation' })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+N');
  const designer = new Designer(page);
  await expect(page.getByRole('textbox', { name: 'Name of the flow' })).toHaveValue('New flow');
  await designer.settled();
  return designer;
}

export async function rail(page: Page, name: string): Promise<void> {
  const button = page
    .getByRole('navigation', { name: 'Main navigation' })
    .getByRole('button', { name: new RegExp(`^${name}`) });
  await button.click();
  await expect(button).toHaveAttribute('aria-current', 'page');
}

/** The file of the only flow of the library. */
export async function fileOf(page: Page): Promise<string> {
  const { files } = await request(page, 'flow.list', {});
  return files[0]?.path ?? '';
}

/** Saves by its key and gives what the file holds then. */
export async function saved(page: Page, file: string): Promise<string> {
  await page.keyboard.press('ControlOrMeta+S');
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  return fs.readFileSync(file, 'utf8');
}
