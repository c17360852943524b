/** Runs as a person starts them, and where to look at them. */
import { expect, type ElectronApplication, type Locator, type Page } from '@playwright/test';
import type { RequestInput } from '../../../shared/ipc/contract';
import { request } from './bridge';
import { type } from './designer';
import { rail } from './flows';

export type Document = RequestInput<'flow.create'>['document'];

export const code = (name: string, args: object, source: string, more: object = {}) => ({
  kind: 'code',
  name,
  args,
  source,
  ...more,
});

/** Doubles an amount and fails above a limit that is shared state. */
export const ledger = {
  format: 'baton.flow/1',
  id: 'ledger',
  name: 'Ledger',
  version: '1.0.0',
  input: { type: 'object', required: ['amount'], properties: { amount: { type: 'number' } } },
  context: { limit: { schema: { type: 'number' }, merge: 'replace', initial: 50 } },
  nodes: {
    start: { kind: 'start' },
    double: code('Double', { n: { $: 'input.amount' } }, 'return { n: args.n * 2 };'),
    check: code(
      'Check',
      { n: { $: 'steps.double.n' }, limit: { $: 'context.limit' } },
      'if (args.n > args.limit) throw new Error("Over the limit"); return { n: args.n, limit: args.limit };',
      { reads: ['limit'] },
    ),
    done: { kind: 'end', name: 'Booked', output: { $: 'steps.check' } },
  },
  edges: [
    { from: 'start', port: 'next', to: 'double' },
    { from: 'double', port: 'next', to: 'check' },
    { from: 'check', port: 'next', to: 'done' },
  ],
} as unknown as Document; // written out as a file holds it

export const patient = {
  ...ledger,
  id: 'patient',
  name: 'Patient',
  input: undefined,
  context: undefined,
  nodes: {
    start: { kind: 'start' },
    rest: { kind: 'wait', name: 'Rest', for: 'PT1H' },
    done: { kind: 'end' },
  },
  edges: [
    { from: 'start', port: 'next', to: 'rest' },
    { from: 'rest', port: 'next', to: 'done' },
  ],
} as unknown as Document;

/** In the library, opened from home, its start form shown. */
export async function startForm(page: Page, document: Document): Promise<Locator> {
  await request(page, 'flow.create', { document: JSON.parse(JSON.stringify(document)) as Document });
  await rail(page, 'Runs');
  await rail(page, 'Home');
  await page
    .getByRole('region', { name: 'Your flows' })
    .getByText(document.name, { exact: true })
    .first()
    .click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const form = page.getByRole('form', { name: `Run “${document.name}”` });
  await expect(form).toBeVisible();
  return form;
}

export const runButton = (form: Locator) => form.getByRole('button', { name: 'Run', exact: true });
export const status = (page: Page, words: string) =>
  page.getByRole('banner').getByText(words, { exact: true });
export const control = (page: Page, name: string) =>
  page.getByRole('toolbar', { name: 'Controls of the run' }).getByRole('button', { name, exact: true });
export const card = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);
export const result = (page: Page) => page.getByRole('region', { name: 'Result', exact: true });

export async function runLedger(page: Page, amount: string): Promise<void> {
  const form = await startForm(page, ledger);
  await type(page, form.getByRole('textbox', { name: 'Amount' }), amount);
  await runButton(form).click();
}

/** Only the dialog of the system is answered for the person. */
export async function choosesFile(app: ElectronApplication, file: string): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] });
  }, file);
}
