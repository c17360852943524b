import { beforeAll, describe, expect, test } from 'vitest';
import { loadLanguage } from '../../../../../../electron/runtime/models/builtin/nlp';
import type { Json } from '../../../../../../shared/base/json';
import type { JsonSchema } from '../../../../../../shared/spec/values';
import { ask, object, turn } from './model-call';

beforeAll(loadLanguage);

const share: JsonSchema = { type: 'number', minimum: 0, maximum: 1 };
const triage = object({ category: { enum: ['billing', 'technical', 'other'] }, confidence: share });

describe('tickets are put where they belong', () => {
  test.each([
    ['I was charged twice for my subscription, please refund $80.', 'billing'],
    ['You charged my card 49.99 EUR but I cancelled in March. I want my money back!', 'billing'],
    ['My bank statement shows a payment I did not make, and there is no invoice for it.', 'billing'],
    ['The app crashes every time I open the settings page on my phone.', 'technical'],
    ['I cannot log in, the password reset link gives error 500.', 'technical'],
    ['Since the last update the printer is offline and the driver fails to install.', 'technical'],
  ])('%s', async (text, category) => {
    const output = await ask(text, triage);
    expect(output['category']).toBe(category);
    expect(output['confidence']).toBeGreaterThan(0.7);
  });

  test.each([
    'Hello',
    'Something is not right.',
    'hi, what about it?',
    'My invoice page shows an error when I try to pay.',
  ])('"%s" is too vague to be sure', async (text) => {
    expect((await ask(text, triage))['confidence']).toBeLessThan(0.6);
  });

  test('what the guidance says about a choice counts', async () => {
    const output = object({ queue: { enum: ['red', 'blue'] } });
    const agent = {
      role: 'Sorts',
      does: [],
      instructions: 'red: anything about bicycles and helmets\nblue: anything about boats',
    };
    expect(await ask('My helmet does not fit.', output, { agent })).toEqual({ queue: 'red' });
    expect(await ask('The boats were late.', output, { agent })).toEqual({ queue: 'blue' });
  });

  test('described choices are chosen by their descriptions', async () => {
    const output = object({
      team: {
        oneOf: [
          { const: 'a', description: 'contracts, clauses and lawyers' },
          { const: 'b', description: 'hiring and salaries' },
        ],
      } as JsonSchema,
    });
    expect(await ask('Please check clause 4 of the agreement.', output)).toEqual({ team: 'a' });
    expect(await ask('When is the salary paid to the new candidate?', output)).toEqual({ team: 'b' });
  });
});

describe('facts are found', () => {
  const invoice = [
    'ACME Supplies GmbH',
    'Invoice INV-2024-0042',
    'Date: 2024-05-02',
    'Due date: 2024-06-01',
    'Bill to: Northwind Ltd',
    '',
    '10 x Paper A4   45.00',
    '2 x Toner black   129.90',
    'Shipping  9.90',
    '',
    'Subtotal: 184.80 EUR',
    'VAT 19%: 35.11 EUR',
    'Total: 219.91 EUR',
  ].join('\n');

  test('an invoice', async () => {
    const text = { type: 'string' } as const;
    const amount = { type: 'number' } as const;
    const output = object({
      vendor: text,
      invoiceNumber: text,
      date: { type: 'string', format: 'date' },
      dueDate: { type: 'string', format: 'date' },
      subtotal: amount,
      tax: amount,
      total: amount,
      currency: { type: 'string', minLength: 3, maxLength: 3 },
      lineItems: {
        type: 'array',
        items: object({ description: text, quantity: { type: 'integer' }, amount }),
      },
    });
    expect(await ask(invoice, output)).toEqual({
      vendor: 'ACME Supplies GmbH',
      invoiceNumber: 'INV-2024-0042',
      date: '2024-05-02',
      dueDate: '2024-06-01',
      subtotal: 184.8,
      tax: 35.11,
      total: 219.91,
      currency: 'EUR',
      lineItems: [
        { description: 'Paper A4', quantity: 10, amount: 45 },
        { description: 'Toner black', quantity: 2, amount: 129.9 },
        { description: 'Shipping', quantity: 1, amount: 9.9 },
      ],
    });
  });

  test.each<[string, Record<string, JsonSchema>, Record<string, Json>]>([
    ['I was charged $80 twice.', { refund: { type: 'number', minimum: 0 } }, { refund: 80 }],
    [
      'Please send the refund of 1,250.00 EUR to my account.',
      { refund: { type: 'number' }, currency: { type: 'string' } },
      { refund: 1250, currency: 'EUR' },
    ],
    ['Bitte 1.250,00 € erstatten.', { amount: { type: 'number' } }, { amount: 1250 }],
    [
      'Invoice date: 2026-03-04\nInvoice number: NL-20417\nNet amount: EUR 225.80\nVAT amount: EUR 42.90\nTotal amount: EUR 268.70',
      {
        invoice_number: { type: 'string' },
        net: { type: 'number' },
        vat: { type: 'number' },
        total: { type: 'number' },
      },
      { invoice_number: 'NL-20417', net: 225.8, vat: 42.9, total: 268.7 },
    ],
    [
      'The app shows error 500 on my Pixel 8 since the update.',
      { refund: { type: 'number', minimum: 0 } },
      { refund: 0 },
    ],
    [
      'Great service, I do not want a refund, thanks.',
      { refund: { type: 'number', minimum: 0 } },
      { refund: 0 },
    ],
    [
      'We need 12 seats for 3 months, the budget is 5k USD.',
      { seats: { type: 'integer' }, months: { type: 'integer' }, budget: { type: 'number' } },
      { seats: 12, months: 3, budget: 5000 },
    ],
    [
      'Order A-4711 was placed on 3 March 2024.',
      { orderId: { type: 'string' }, orderDate: { type: 'string', format: 'date' } },
      { orderId: 'A-4711', orderDate: '2024-03-03' },
    ],
    [
      'Write to jane.roe@example.com or call +49 30 1234567.',
      { email: { type: 'string', format: 'email' }, phone: { type: 'string' } },
      { email: 'jane.roe@example.com', phone: '+49 30 1234567' },
    ],
    [
      'Hello, my name is Peter Novak and I work for Blue River Logistics.',
      { name: { type: 'string' }, company: { type: 'string' } },
      { name: 'Peter Novak', company: 'Blue River Logistics' },
    ],
    [
      'Ticket SUP-1234: the discount of 15% was not applied.',
      { ticketId: { type: 'string', pattern: '^[A-Z]+-[0-9]+$' }, discountPercent: { type: 'number' } },
      { ticketId: 'SUP-1234', discountPercent: 15 },
    ],
    [
      '{"customer":"Jane Roe","orderTotal":100,"ticket":"please refund 40 dollars"}',
      { customer: { type: 'string' }, orderTotal: { type: 'number' }, refund: { type: 'number' } },
      { customer: 'Jane Roe', orderTotal: 100, refund: 40 },
    ],
  ])('%s', async (text, properties, expected) => {
    expect(await ask(text, object(properties))).toEqual(expected);
  });

  test('rows of a table become a list of objects', async () => {
    const output = object({
      people: {
        type: 'array',
        items: object({
          name: { type: 'string' },
          email: { type: 'string', format: 'email' },
          amount: { type: 'number' },
        }),
      },
      count: { type: 'integer' },
    });
    expect(
      await ask('name,email,amount\nAnna Berg,anna@x.example,12.50\nBo Li,bo@y.example,80', output),
    ).toEqual({
      people: [
        { name: 'Anna Berg', email: 'anna@x.example', amount: 12.5 },
        { name: 'Bo Li', email: 'bo@y.example', amount: 80 },
      ],
      count: 2,
    });
  });

  test('one CSV row as JSON keeps its own values', async () => {
    const output = object({
      sku: { type: 'string' },
      quantity: { type: 'integer' },
      isValid: { type: 'boolean' },
    });
    expect(await ask('{"sku":"AB-12","quantity":4,"note":"approved, complete"}', output)).toEqual({
      sku: 'AB-12',
      quantity: 4,
      isValid: true,
    });
  });

  test('action items, questions and people of a meeting', async () => {
    const list = { type: 'array', items: { type: 'string' } } as const;
    const notes =
      'Anna must send the contract by 2024-07-01. Bob will review the budget. Lunch was good. Who books the venue?';
    expect(await ask(notes, object({ actionItems: list, questions: list, people: list }))).toEqual({
      actionItems: ['Anna must send the contract by 2024-07-01.', 'Bob will review the budget.'],
      questions: ['Who books the venue?'],
      people: ['Anna', 'Bob'],
    });
  });
});

describe('feelings and urgency', () => {
  const output = object({
    priority: { enum: ['low', 'medium', 'high', 'critical'] },
    sentiment: { enum: ['positive', 'neutral', 'negative'] },
    urgent: { type: 'boolean' },
    rating: { type: 'integer', minimum: 1, maximum: 5 },
  });

  test('a cry for help', async () => {
    const value = await ask(
      'URGENT!! Everything is down since 9:00, all customers are affected. This is terrible!',
      output,
    );
    expect(value).toMatchObject({ priority: 'critical', sentiment: 'negative', urgent: true });
    expect(value['rating']).toBeLessThan(3);
  });

  test('praise with a wish', async () => {
    const value = await ask('Small typo on the about page, no rush. Love the product, thanks!', output);
    expect(value).toMatchObject({ priority: 'low', sentiment: 'positive', urgent: false });
    expect(value['rating']).toBeGreaterThan(3);
  });

  test('negation turns words around', async () => {
    const mood = object({ sentiment: { enum: ['positive', 'neutral', 'negative'] } });
    expect(
      await ask('The support was not helpful and not friendly. I would not recommend it.', mood),
    ).toEqual({ sentiment: 'negative' });
  });

  test('a decision follows what is said', async () => {
    const decision = object({ decision: { enum: ['approve', 'reject', 'review'] } });
    expect(
      await ask('All documents are complete and valid, the amount is within the limit.', decision),
    ).toEqual({ decision: 'approve' });
    expect(
      await ask('The claim is invalid: the policy expired and the receipt is missing.', decision),
    ).toEqual({ decision: 'reject' });
  });
});

describe('texts are made of the text', () => {
  test('a reply takes up what was written', async () => {
    const { reply } = await ask(
      'I was charged $80 twice for order A-4711. Please refund one.\nBest regards,\nMaria Lopez',
      object({ reply: { type: 'string' } }),
    );
    for (const part of ['Dear Maria Lopez', '$80', 'A-4711', 'refund']) expect(reply).toContain(part);
  });

  test('different letters get different replies', async () => {
    const schema = object({ reply: { type: 'string' } });
    const replies = await Promise.all(
      [
        'Where is my parcel 48213? It is late.',
        'Please cancel my plan.',
        'I love your app, thank you!',
        'The site shows an error.',
      ].map((text) => ask(text, schema)),
    );
    expect(new Set(replies.map((one) => one['reply'])).size).toBe(4);
  });

  test('a summary keeps to its length and to the words of the text', async () => {
    const report =
      'Revenue grew by 12% to 4.2 million in the third quarter. The weather was fine. Costs rose because of two new warehouses. Management expects stable margins next year.';
    const { summary } = await ask(report, object({ summary: { type: 'string', maxLength: 90 } }));
    expect([...String(summary)].length).toBeLessThanOrEqual(90);
    expect(summary).toContain('Revenue grew by 12%');
  });

  test('without a schema the role decides what is written', async () => {
    const text = 'The delivery of my order 48213 is two weeks late. Where is my package?\nTom Baker';
    const reply = await turn(text, [], {
      agent: { role: 'Support writer', does: ['draft a reply'], instructions: 'Answer politely' },
    });
    const critique = await turn(text, [], {
      agent: { role: 'Reviewer', does: ['review texts'], instructions: '' },
    });
    expect(reply.text).toContain('48213');
    expect(critique.text).toContain('The main point is');
  });
});
