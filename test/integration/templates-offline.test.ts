/** The templates really run on a machine without a network, and each sample takes its own way. */
import type { Json } from '../../shared/base/json';
import { Answers } from '../../shared/spec/parts';
import { describe, expect, test } from 'vitest';
import { type Ended, readSample as sample, runTemplate } from '../fakes/template-run';

async function run(
  id: string,
  input: Json,
  answers: Answers,
): Promise<Ended & { readonly steps: readonly string[] }> {
  const { replay, ...ended } = await runTemplate(id, input, answers);
  expect(replay).toBe('identical');
  return ended;
}

describe('support-triage with the model that is always there', () => {
  const go = (file: string, orderTotal: number) =>
    run(
      'support-triage',
      { ticket: sample('support-triage', file), orderTotal },
      { approve: { choice: 'approved' }, review: { choice: 'approved', values: { reply: 'We call you.' } } },
    );

  test.each([
    ['small-refund.txt', 48, ['triage', 'resolve', 'decide', 'pay', 'done'], 12.5],
    ['large-refund.txt', 189, ['triage', 'resolve', 'decide', 'approve', 'pay', 'done'], 189],
    ['technical-question.txt', 60, ['triage', 'resolve', 'decide', 'done'], 0],
    ['too-much.txt', 120, ['triage', 'resolve', 'review', 'done'], 0],
    ['vague.txt', 0, ['triage', 'review', 'done'], 0],
  ])('%s', async (file, orderTotal, way, refund) => {
    const ended = await go(file, orderTotal);
    expect({ status: ended.status, path: ended.path }).toEqual({ status: 'completed', path: way });
    expect(ended.output).toMatchObject({ refund });
  });

  test('the prepared input and answers of the terminal', async () => {
    const input = JSON.parse(sample('support-triage', 'input.json')) as Json;
    const answers = Answers.parse(JSON.parse(sample('support-triage', 'answers.json')));
    const ended = await run('support-triage', input, answers);
    expect(ended.path).toEqual(['triage', 'resolve', 'decide', 'approve', 'pay', 'done']);
  });

  test('nobody approves in time and nobody answers', async () => {
    const input = { ticket: sample('support-triage', 'large-refund.txt'), orderTotal: 189 };
    const ended = await run('support-triage', input, {});
    expect(ended.status).toBe('failed');
    expect(ended.path).toEqual(['triage', 'resolve', 'decide', 'approve', 'review', 'unanswered']);
  });
});

describe('document-review with the model that is always there', () => {
  test.each([
    [
      'cleaning-contract.txt',
      ['weigh', 'done'],
      { legal: 'standard', finance: 'standard', security: 'standard' },
    ],
    [
      'software-contract.txt',
      ['weigh', 'decision', 'write', 'done'],
      { legal: 'risky', finance: 'risky', security: 'risky' },
    ],
    [
      'consulting-contract.txt',
      ['weigh', 'decision', 'write', 'done'],
      { legal: 'standard', finance: 'risky', security: 'standard' },
    ],
  ])('%s', async (file, way, verdicts) => {
    const input = { document: sample('document-review', file) };
    const ended = await run('document-review', input, { decision: { choice: 'negotiate' } });
    expect(ended.path).toEqual(['ask', 'legal', 'finance', 'security', 'gather', ...way]);
    const { legal, finance, security } = verdicts;
    const reviews = {
      legal: { verdict: legal },
      finance: { verdict: finance },
      security: { verdict: security },
    };
    expect(ended.output).toMatchObject({ reviews });
  });

  test('what to change is asked clause by clause', async () => {
    const input = { document: sample('document-review', 'software-contract.txt') };
    const ended = await run('document-review', input, { decision: { choice: 'negotiate' } });
    expect(ended.output).toMatchObject({
      changes: [
        expect.stringContaining('liability is unlimited'),
        expect.stringContaining('increase the fees'),
        expect.stringContaining('personal data'),
      ],
    });
  });
});

describe('invoice-approval with the model that is always there', () => {
  const paid = JSON.parse(sample('invoice-approval', 'paid-invoices.json')) as Json;
  const inputOf = (file: string) => ({ invoice: sample('invoice-approval', file), limit: 500, paid });
  const mended = { vendor: 'Pixelwerk Studio', number: 'PX-311', net: 640, vat: 121.6, total: 761.6 };

  test.each([
    ['small-invoice.txt', ['extract', 'check', 'route', 'book', 'done'], { status: 'booked', total: 268.7 }],
    [
      'large-invoice.txt',
      ['extract', 'check', 'route', 'approve', 'book', 'done'],
      { status: 'booked', total: 21896 },
    ],
    [
      'wrong-sum.txt',
      ['extract', 'check', 'route', 'clarify', 'check', 'route', 'approve', 'book', 'done'],
      { status: 'booked', total: 761.6 },
    ],
    [
      'duplicate-invoice.txt',
      ['extract', 'check', 'route', 'refused'],
      { status: 'refused', reason: 'paid before' },
    ],
    [
      'no-invoice.txt',
      ['extract', 'clarify', 'check', 'route', 'approve', 'book', 'done'],
      { status: 'booked', total: 761.6 },
    ],
  ])('%s', async (file, way, output) => {
    const answers = { approve: { choice: 'approved' }, clarify: { choice: 'approved', values: mended } };
    const ended = await run('invoice-approval', inputOf(file), answers);
    expect(ended.path).toEqual(way);
    expect(ended.output).toMatchObject(output);
  });

  test('when the owner lets the deadline pass, the manager is asked', async () => {
    const ended = await run('invoice-approval', inputOf('large-invoice.txt'), {
      manager: { choice: 'rejected' },
    });
    expect(ended.path).toEqual(['extract', 'check', 'route', 'approve', 'manager', 'refused']);
    expect(ended.output).toMatchObject({ status: 'refused', reason: 'refused by the manager' });
  });
});

describe('csv-classification with the model that is always there', () => {
  const go = (file: string) =>
    run(
      'csv-classification',
      { csv: sample('csv-classification', file) },
      {
        look: { choice: 'approved', values: { note: 'Asked back.' } },
        mend: { choice: 'approved', values: { csv: sample('csv-classification', 'feedback-short.csv') } },
      },
    );
  const short = { billing: 2, technical: 2, delivery: 2, praise: 2 };

  test('twenty-five rows, three of them unclear', async () => {
    const ended = await go('feedback.csv');
    expect(ended.path).toEqual(['read', 'rows', 'tally', 'write', 'clear', 'look', 'done']);
    expect(ended.output).toMatchObject({
      total: 25,
      classified: 22,
      byTopic: { billing: 6, technical: 6, delivery: 5, praise: 5 },
      unclear: ['F-007', 'F-013', 'F-020'],
      note: 'Asked back.',
    });
  });

  test('only clear rows', async () => {
    const ended = await go('feedback-short.csv');
    expect(ended.path).toEqual(['read', 'rows', 'tally', 'write', 'clear', 'done']);
    expect(ended.output).toMatchObject({ total: 8, classified: 8, byTopic: short, unclear: [] });
  });

  test('a broken table is mended and read again', async () => {
    const ended = await go('broken.csv');
    expect(ended.path).toEqual(['read', 'mend', 'read', 'rows', 'tally', 'write', 'clear', 'done']);
    expect(ended.output).toMatchObject({ byTopic: short });
  });
});

describe('research-chain with the model that is always there', () => {
  test.each([
    [
      'market-notes.txt',
      'How do prices and customers develop in the market for appointment software?',
      ['assign', 'market', 'enough', 'write', 'done'],
    ],
    [
      'technology-notes.txt',
      'Is the new database engine fast enough for our servers?',
      ['assign', 'technology', 'enough', 'write', 'done'],
    ],
    [
      'law-notes.txt',
      'Which privacy regulation applies to contracts with processors, and who is liable?',
      ['assign', 'law', 'enough', 'write', 'done'],
    ],
    [
      'thin-notes.txt',
      'Will customers accept higher prices?',
      ['assign', 'market', 'enough', 'editor', 'done'],
    ],
    ['law-notes.txt', 'What should we know?', ['assign', 'general', 'enough', 'write', 'done']],
  ])('%s: %s', async (file, question, way) => {
    expect(
      question === 'What should we know?' || sample('research-chain', 'questions.md').includes(question),
    ).toBe(true);
    const ended = await run(
      'research-chain',
      { question, notes: sample('research-chain', file) },
      { editor: { choice: 'approved' } },
    );
    expect({ status: ended.status, path: ended.path }).toEqual({ status: 'completed', path: way });
  });
});

describe('planned-steps with the model that is always there', () => {
  test.each([
    ['office-move.txt', ['facts', 'tasks'], 'tasks'],
    ['complaint.txt', ['reply'], 'reply'],
    ['long-report.txt', ['summary'], 'summary'],
  ])('%s', async (file, planned, last) => {
    const ended = await run(
      'planned-steps',
      { request: sample('planned-steps', file) },
      { plan: { choice: 'approved' } },
    );
    expect(ended.path).toEqual(['clean', 'plan', 'done']);
    const catalogue = ['facts', 'tasks', 'summary', 'reply'];
    expect(ended.steps.filter((node) => catalogue.includes(node))).toEqual(planned);
    expect(ended.output).toMatchObject({
      doneBy: 'plan',
      results: { [`s${planned.length}`]: { [last]: expect.anything() } },
    });
    expect(JSON.stringify(ended.output)).not.toContain('@');
  });

  test('a refused plan goes to a person', async () => {
    const answers = {
      plan: { choice: 'rejected' },
      byHand: { choice: 'approved', values: { result: 'Done.' } },
    };
    const ended = await run('planned-steps', { request: sample('planned-steps', 'complaint.txt') }, answers);
    expect(ended.path).toEqual(['clean', 'plan', 'byHand', 'done']);
    expect(ended.output).toMatchObject({ doneBy: 'person', results: { result: 'Done.' } });
  });
});
