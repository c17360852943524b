import { beforeAll, describe, expect, test } from 'vitest';
import { builtinModel } from '../../../../../../electron/runtime/models/builtin/builtin-model';
import { loadLanguage } from '../../../../../../electron/runtime/models/builtin/nlp';
import type { JsonSchema } from '../../../../../../shared/spec/values';
import { pure } from '../../pure/helpers';
import { ask, modelCall, object, turn } from './model-call';

beforeAll(loadLanguage);

const share: JsonSchema = { type: 'number', minimum: 0, maximum: 1 };
const triage = object({ category: { enum: ['billing', 'technical', 'other'] }, confidence: share });

describe('tools and handoffs', () => {
  const summary = object({ payload: object({ summary: { type: 'string' } }) });
  const transfers = [
    { name: 'transfer_to_billing', description: 'Handles payments and refunds', input: summary },
    { name: 'transfer_to_support', description: 'Handles technical problems', input: summary },
  ];

  test.each([
    ['The printer driver does not install', 'transfer_to_support'],
    ['My card was charged two times', 'transfer_to_billing'],
  ])('%s goes to %s', async (text, name) => {
    const outcome = await turn(text, transfers);
    expect(outcome.toolCalls).toEqual([{ id: 'call_1_1', name, args: { payload: { summary: `${text}.` } } }]);
  });

  const file = {
    name: 'read_file',
    description: 'Reads a file',
    input: object({ path: { type: 'string' } }),
  };

  test('a path in the task calls the file tool, once', async () => {
    const text = 'Please summarise notes/meeting.md for me';
    const first = await turn(text, [file]);
    expect(first.toolCalls).toEqual([
      { id: 'call_1_1', name: 'read_file', args: { path: 'notes/meeting.md' } },
    ]);
    const messages = [
      ...modelCall(text).messages,
      { role: 'assistant' as const, text: '', toolCalls: [...first.toolCalls] },
      {
        role: 'tool' as const,
        callId: 'call_1_1',
        name: 'read_file',
        result: { path: 'notes/meeting.md', text: 'The launch moves to 2024-09-01 because of tests.' },
      },
    ];
    const second = await turn(text, [file], {
      messages,
      turn: 2,
      agent: { role: 'Summariser', does: [], instructions: 'Summarise the file' },
    });
    expect([second.toolCalls, second.text]).toEqual([
      [],
      expect.stringContaining('The launch moves to 2024-09-01'),
    ]);
  });

  test('a task without a path leaves the file tool alone', async () => {
    expect((await turn('Good morning, how are things?', [file])).toolCalls).toEqual([]);
  });
});

describe('leading', () => {
  const round = {
    anyOf: [
      object({
        assign: {
          type: 'array',
          items: object({ worker: { enum: ['researcher', 'writer'] }, task: { type: 'string' } }),
        },
      }),
      object({ done: { type: 'object', properties: { article: { type: 'string' } } } }),
    ],
  } as JsonSchema;
  const goal = 'Research the facts on solar energy, then write an article.';

  test('a supervisor assigns, then is done', async () => {
    const first = await ask(goal, round, { purpose: 'route' });
    expect((first['assign'] as { worker: string }[]).map((one) => one.worker).sort()).toEqual([
      'researcher',
      'writer',
    ]);
    const messages = [
      ...modelCall(goal).messages,
      { role: 'assistant' as const, text: JSON.stringify(first) },
      { role: 'user' as const, text: 'writer: Solar energy grew by 20%.' },
    ];
    expect(Object.keys(await ask(goal, round, { purpose: 'route', messages }))).toEqual(['done']);
  });

  test('a plan uses the steps the goal speaks of', async () => {
    const step = object({
      id: { type: 'string' },
      use: { enum: ['collect', 'analyse', 'report', 'notify'] },
      input: {},
      after: { type: 'array', items: { type: 'string' } },
    });
    const plan = await ask(
      'Collect the sales data and write a report',
      object({ steps: { type: 'array', items: step } }),
      { purpose: 'plan' },
    );
    const steps = plan['steps'] as { use: string; after: string[] }[];
    expect(steps.map((one) => one.use)).toEqual(expect.arrayContaining(['collect', 'report']));
    expect(steps[1]?.after).toEqual(['s1']);
  });

  test('a judge scores a full answer above an empty one', async () => {
    const schema = object({ score: share, reason: { type: 'string' } });
    const instructions = { role: 'Judge', does: [], instructions: 'Is the refund explained politely?' };
    const good = await ask(
      'We refund 80 dollars for the double charge and explain politely what happened to your payment.',
      schema,
      { purpose: 'judge', agent: instructions },
    );
    const bad = await ask('unknown', schema, { purpose: 'judge', agent: instructions });
    expect(good['score']).toBeGreaterThan(Number(bad['score']) + 0.3);
  });
});

describe('the answer always fits its schema', () => {
  const schemas: JsonSchema[] = [
    object({
      n: { type: 'integer', minimum: 3, maximum: 9 },
      m: { type: 'number', exclusiveMinimum: 0, multipleOf: 0.5 },
    }),
    object({
      code: { type: 'string', minLength: 12, maxLength: 20 },
      note: { type: 'string', maxLength: 5 },
    }),
    object({
      when: { type: 'string', format: 'date-time' },
      mail: { type: 'string', format: 'email' },
      link: { type: 'string', format: 'uri' },
    }),
    object({
      tags: { type: 'array', minItems: 2, maxItems: 4, uniqueItems: false, items: { type: 'string' } },
    }),
    object({
      who: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      deep: object({ deeper: object({ flag: { type: 'boolean' } }) }),
    }),
    { type: 'array', items: { enum: ['a', 'b'] } },
    { type: 'string', enum: ['only'] },
    { const: { a: 1 } } as JsonSchema,
  ];
  const texts = [
    '',
    'Hello',
    'I was charged $80 twice on 2024-05-02, mail a@b.example, see https://x.example/a.',
    '{"n": 100}',
    '!!!',
    '名前は山田です。',
  ];

  test.each(schemas.map((schema) => [JSON.stringify(schema), schema] as const))(
    '%s',
    async (_text, schema) => {
      for (const text of texts) {
        const value = await ask(text, schema);
        expect(pure.schema(schema).check(value)).toEqual([]);
      }
    },
  );

  test('the same call gives the same answer', async () => {
    const text = 'My order 48213 arrived broken and I want a replacement. '.repeat(60);
    const runs = await Promise.all(
      Array.from({ length: 10 }, (_, i) => builtinModel(modelCall(`${text}${i}`, { output: triage }))),
    );
    expect(await builtinModel(modelCall(`${text}3`, { output: triage }))).toEqual(runs[3]);
  });
});
