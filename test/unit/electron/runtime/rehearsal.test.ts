import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { rehearsalAnswer, rehearse } from '../../../../electron/runtime/rehearsal';
import { sampleSchema } from '../../../../electron/runtime/schema-sample';
import { samplePattern } from '../../../../electron/runtime/pattern-sample';
import { seededRandom } from '../../../../shared/base/random';
import type { TaskInfo } from '../../../../shared/events/event';
import type { ModelCall, ToolInvocation } from '../../../../shared/ports/calls';
import type { Flow } from '../../../../shared/spec/flow';
import type { Fault, RehearsalNode } from '../../../../shared/spec/parts';
import type { JsonSchema } from '../../../../shared/spec/values';
import { modelCall, object } from './models/builtin/model-call';
import { linearRegex } from '../../../../electron/runtime/pure/linear-regex';
import { pure } from './pure/helpers';

const triage = object({
  category: { enum: ['billing', 'technical', 'other'] },
  confidence: { type: 'number', minimum: 0, maximum: 1 },
});

function flow(entry: RehearsalNode = {}): Flow {
  return {
    format: 'baton.flow/1',
    id: 'f',
    name: 'F',
    version: '1.0.0',
    nodes: { triage: { kind: 'agent', agent: 'a' } },
    edges: [],
    rehearsal: { nodes: { triage: entry } },
  };
}
function run(entry: RehearsalNode, extra: Partial<ModelCall> = {}, faults: Fault[] = [], seed = 7) {
  const base = modelCall('I was charged twice', { output: triage });
  return rehearse(
    { ...base, limits: { ...base.limits, timeoutMs: 30_000 }, ...extra },
    { flow: flow(entry), seed, faults },
  );
}
function value(entry: RehearsalNode, extra: Partial<ModelCall> = {}): unknown {
  const { outcome } = run(entry, extra);
  return outcome.ok && 'text' in outcome ? JSON.parse(outcome.text) : outcome;
}
function toolCall(extra: Partial<ToolInvocation> = {}): ToolInvocation {
  const {
    purpose: _p,
    turn: _t,
    modelName: _n,
    model: _m,
    messages: _s,
    tools: _o,
    maxOutputTokens: _x,
    requestHash: _h,
    prompt: _r,
    ...base
  } = modelCall('');
  const tool = {
    kind: 'http',
    description: '',
    input: {},
    effect: 'once',
    method: 'POST',
    url: 'https://a.example',
    allowHosts: ['a.example'],
  } as const;
  return {
    ...base,
    type: 'tool',
    call: 1,
    toolName: 'pay',
    tool: { ...tool, allowHosts: ['a.example'] },
    args: {},
    key: 'k',
    ofStep: true,
    schemas: {},
    ...extra,
  };
}

describe('values', () => {
  test('an entry says what a node gives, its list by visit, its last for all others, by item in a map', () => {
    expect(value({ output: { category: 'billing', confidence: 0.9 } })).toEqual({
      category: 'billing',
      confidence: 0.9,
    });
    const outputs = [{ n: 1 }, { n: 2 }];
    expect([1, 2, 3].map((visit) => value({ outputs }, { visit }))).toEqual([{ n: 1 }, { n: 2 }, { n: 2 }]);
    expect(value({ outputs }, { visit: 1, item: 1 })).toEqual({ n: 2 });
  });

  test('a node without an entry gets a value that fits, the same for the same seed', () => {
    const first = value({});
    expect(pure.schema(triage).check(first)).toEqual([]);
    expect(value({})).toEqual(first);
    expect(value({}, { attempt: 2 })).toEqual(first);
  });

  test('confidence overrides the one of the output', () => {
    expect(value({ output: { category: 'other', confidence: 0.9 }, confidence: 0.2 })).toEqual({
      category: 'other',
      confidence: 0.2,
    });
  });

  test('tokens and price are counted', () => {
    const model = {
      provider: 'openai',
      model: 'x',
      price: { inputPerMTok: 1, outputPerMTok: 2, currency: 'EUR' },
    };
    const { outcome } = run({ tokens: { in: 1000, out: 500 } }, { model });
    expect(outcome).toMatchObject({
      usage: { in: 1000, out: 500 },
      cost: { amount: 0.002, currency: 'EUR' },
    });
  });

  test('the choice names the handoff, next none, and without one the first drawn is taken', () => {
    const input = object({ output: triage, payload: object({ summary: { type: 'string' } }) });
    const tools = ['a', 'b'].map((name) => ({ name: `transfer_to_${name}`, description: '', input }));
    const taken = (choice?: string) => {
      const { outcome } = run(
        { output: { category: 'other', confidence: 1 }, ...(choice ? { choice } : {}) },
        { tools },
      );
      return outcome.ok && 'toolCalls' in outcome ? outcome.toolCalls.map((call) => call.name) : [];
    };
    expect([taken('b'), taken('next'), taken()]).toEqual([['transfer_to_b'], [], ['transfer_to_a']]);
  });

  test('a supervisor assigns, then is done', () => {
    const output = {
      type: 'object',
      properties: {
        assign: { type: 'array', items: object({ worker: { enum: ['x', 'y'] }, task: { type: 'string' } }) },
        done: { type: 'string' },
      },
    } as JsonSchema;
    const first = value({}, { purpose: 'route', output }) as { assign: unknown[] };
    expect(first.assign.length).toBe(2);
    const messages = [
      { role: 'user' as const, text: 't' },
      { role: 'assistant' as const, text: JSON.stringify(first) },
    ];
    expect(value({ output: 'All done' }, { purpose: 'route', output, messages })).toEqual({
      done: 'All done',
    });
  });

  test('tools give what their schema or their kind says', () => {
    const ask = (call: ToolInvocation, entry: RehearsalNode = {}) =>
      rehearse(call, { flow: flow(entry), seed: 1, faults: [] }).outcome;
    expect(ask(toolCall())).toEqual({ ok: true, value: { ok: true } });
    expect(ask(toolCall(), { output: { paid: 1 } })).toEqual({ ok: true, value: { paid: 1 } });
    expect(ask(toolCall({ ofStep: false }), { output: { paid: 1 } })).toEqual({
      ok: true,
      value: { ok: true },
    });
  });
});

describe('misfortunes', () => {
  test.each<[Fault['kind'], Record<string, unknown>]>([
    ['timeout', { ok: false, kind: 'timeout', sent: 'maybe' }],
    ['garbage', { ok: true, text: 'not what was asked for', toolCalls: [] }],
    ['disconnect', { ok: false, kind: 'unavailable', sent: 'maybe' }],
    ['unavailable', { ok: false, kind: 'unavailable', sent: 'no' }],
    ['error', { ok: false, kind: 'error' }],
    ['rate_limited', { ok: false, kind: 'rate_limited', retryAfterMs: 2000 }],
    ['stale_context', { ok: false, kind: 'stale_context' }],
    ['slow', { ok: false, kind: 'timeout' }],
    ['low_confidence', { ok: true }],
    ['crash', { ok: true }],
  ])('%s', (kind, expected) => {
    const fault: Fault = {
      node: 'triage',
      attempt: 1,
      kind,
      ...(kind === 'rate_limited' ? { retryAfter: 'PT2S' } : {}),
    };
    expect(run({}, {}, [fault]).outcome).toMatchObject(expected);
    expect(run({}, { attempt: 2 }, [fault]).outcome.ok).toBe(true);
    expect(run({}, { node: 'other', step: 'other' }, [fault]).outcome.ok).toBe(true);
  });

  test('garbage has another shape than declared; where nothing is declared it is a failure', () => {
    const faults: Fault[] = [{ node: 'triage', attempt: '*', kind: 'garbage' }];
    const ask = (output?: JsonSchema) => {
      const { tool, ...rest } = toolCall();
      const call = {
        ...rest,
        tool: output === undefined ? tool : { ...tool, output },
        schemas: { T: triage },
      };
      return rehearse(call, { flow: flow(), seed: 1, faults }).outcome;
    };
    for (const schema of [
      triage,
      { $ref: '#/schemas/T' },
      { type: 'string' },
      { type: ['string', 'object'] },
    ]) {
      const outcome = ask(schema as JsonSchema);
      const wrong = outcome.ok && 'value' in outcome ? outcome.value : undefined;
      expect(pure.schema(schema as JsonSchema, { T: triage }).check(wrong)).not.toEqual([]);
    }
    expect(ask()).toMatchObject({ ok: false, kind: 'invalid_output' });
    expect(ask({ type: ['string', 'object', 'array', 'number', 'boolean', 'null'] })).toMatchObject({
      ok: false,
    });
    const { output: _output, ...free } = modelCall('hello');
    expect(rehearse(free, { flow: flow(), seed: 1, faults }).outcome).toMatchObject({
      kind: 'invalid_output',
    });
  });

  test('a once call without a definite answer is uncertain, one that was never sent is not', () => {
    const kindOf = (kind: Fault['kind'], effect: 'once' | 'read' = 'once') => {
      const call = toolCall({ tool: { ...toolCall().tool, effect } });
      const fault: Fault = { node: 'triage', attempt: 1, kind };
      const { outcome } = rehearse(
        { ...call, limits: { ...call.limits, timeoutMs: 1000 } },
        { flow: flow(), seed: 1, faults: [fault] },
      );
      return outcome.ok ? 'ok' : outcome.kind;
    };
    expect(
      (['timeout', 'disconnect', 'slow', 'unavailable', 'error'] as const).map((kind) => kindOf(kind)),
    ).toEqual(['uncertain', 'uncertain', 'uncertain', 'unavailable', 'error']);
    expect(kindOf('timeout', 'read')).toBe('timeout');
  });

  test('a fault of every node meets every node', () => {
    const fault: Fault = { node: '*', attempt: 1, kind: 'error' };
    expect(run({}, { node: 'other', step: 'other' }, [fault]).outcome.ok).toBe(false);
  });

  test('a judge is content, or the rehearsal would end at every gate', () => {
    const { outcome } = run({}, { purpose: 'judge' });
    expect(outcome).toMatchObject({ text: '{"score":0.9}' });
  });

  test('a step key names one item, a crash says when, low confidence is zero', () => {
    const named: Fault = { node: 'orders[2]/triage', attempt: '*', kind: 'error' };
    expect(run({}, { step: 'orders[2]/triage', attempt: 9 }, [named]).outcome.ok).toBe(false);
    expect(run({}, {}, [{ node: 'triage', attempt: '*', kind: 'crash', when: 'after' }]).crash).toBe('after');
    const { outcome } = run({ confidence: 0.9 }, {}, [
      { node: 'triage', attempt: '*', kind: 'low_confidence' },
    ]);
    expect(outcome.ok && 'text' in outcome && JSON.parse(outcome.text)).toMatchObject({ confidence: 0 });
  });

  test('a once call without a definite answer is uncertain, a refused one is not', () => {
    const kind = (fault: Fault['kind'], effect: 'once' | 'read') => {
      const call = toolCall();
      const faults: Fault[] = [{ node: 'triage', attempt: 1, kind: fault }];
      const { outcome } = rehearse(
        { ...call, tool: { ...call.tool, effect } },
        { flow: flow(), seed: 1, faults },
      );
      return outcome.ok ? 'ok' : outcome.kind;
    };
    expect([
      kind('timeout', 'once'),
      kind('disconnect', 'once'),
      kind('unavailable', 'once'),
      kind('timeout', 'read'),
    ]).toEqual(['uncertain', 'uncertain', 'unavailable', 'timeout']);
  });

  test('a slow call within its timeout only takes longer', () => {
    const slow = run({}, {}, [{ node: 'triage', attempt: 1, kind: 'slow', latency: 'PT10S' }]);
    expect([slow.outcome.ok, slow.latencyMs]).toEqual([true, 10_000]);
  });

  test('failures happen as often as they are likely', () => {
    const kinds = Array.from(
      { length: 2000 },
      (_, seed) => run({ failures: { timeout: 0.2, error: 0.1 } }, {}, [], seed).outcome,
    ).map((one) => (one.ok ? 'ok' : one.kind));
    const share = (kind: string) => kinds.filter((one) => one === kind).length / kinds.length;
    expect(share('timeout')).toBeCloseTo(0.2, 1);
    expect(share('error')).toBeCloseTo(0.1, 1);
  });

  test('latency goes through its two points', () => {
    const times = Array.from(
      { length: 4000 },
      (_, seed) => run({ latency: { p50: 'PT1S', p95: 'PT3S' } }, {}, [], seed).latencyMs,
    ).sort((a, b) => a - b);
    expect((times[2000] ?? 0) / 1000).toBeCloseTo(1, 1);
    expect((times[3800] ?? 0) / 3000).toBeCloseTo(1, 0);
  });
});

describe('answers', () => {
  const info: TaskInfo = {
    task: 'approve',
    runId: 'r',
    step: 'approve',
    node: 'triage',
    type: 'checkpoint',
    title: 'T',
    evidence: [],
    choices: [
      { port: 'approved', label: 'A' },
      { port: 'rejected', label: 'R' },
    ],
    askedAt: 0,
  };
  const ask = (extra: Partial<Parameters<typeof rehearsalAnswer>[1]> = {}, task: Partial<TaskInfo> = {}) =>
    rehearsalAnswer(
      { ...info, ...task },
      { flow: flow(), answers: {}, faults: [], visit: 1, seed: 1, ...extra },
    );

  test('by task, step or node; a list by visit, then somebody has to be asked', () => {
    expect(ask({ answers: { triage: { choice: 'rejected', comment: 'no' } } })).toEqual({
      choice: 'rejected',
      comment: 'no',
    });
    const list = { approve: [{ choice: 'rejected' }] };
    expect([ask({ answers: list }), ask({ answers: list, visit: 2 })]).toEqual([
      { choice: 'rejected' },
      undefined,
    ]);
  });

  test('without one the entry decides, else it is approved or the first choice', () => {
    expect(ask()).toEqual({ choice: 'approved' });
    expect(ask({ flow: flow({ choice: 'rejected' }) })).toEqual({ choice: 'rejected' });
    expect(ask({ flow: flow({ choice: 'expired' }) }, { deadlineAt: 1 })).toEqual({ expire: true });
    expect(ask({ flow: flow({ choice: 'expired' }) })).toEqual({ choice: 'approved' }); // nothing expires without a deadline
    expect(ask({}, { choices: [{ port: 'x', label: 'X' }] })).toEqual({ choice: 'x' });
    expect(
      ask(
        {},
        {
          type: 'uncertain',
          choices: [
            { port: 'happened', label: '' },
            { port: 'not_happened', label: '' },
          ],
        },
      ),
    ).toEqual({ choice: 'not_happened' });
  });

  test('a doubtful call is made again, unless it would meet the same fault for ever', () => {
    const doubt = {
      type: 'uncertain' as const,
      choices: ['happened', 'not_happened', 'abandon'].map((port) => ({ port, label: port })),
    };
    expect(ask({}, doubt)).toEqual({ choice: 'not_happened' });
    expect(ask({ faults: [{ node: 'triage', attempt: '*', kind: 'timeout' }] }, doubt)).toEqual({
      choice: 'abandon',
    });
  });

  test('a form nobody filled is filled to fit', () => {
    const form = object({ amount: { type: 'number', minimum: 1 }, note: { type: 'string' } });
    const answer = ask({}, { form: form as never, proposed: { note: 'kept' } });
    expect(answer).toMatchObject({ choice: 'approved', values: { note: 'kept' } });
    expect(pure.schema(form).check((answer as { values: unknown }).values)).toEqual([]);
  });

  test('faults reject and let expire', () => {
    expect(ask({ faults: [{ node: 'triage', attempt: '*', kind: 'rejected' }] })).toEqual({
      choice: 'rejected',
    });
    const late = { deadlineAt: 1 };
    expect(ask({ faults: [{ node: 'approve', attempt: 1, kind: 'expired' }] }, late)).toEqual({
      expire: true,
    });
    expect(ask({ faults: [{ node: '*', attempt: '*', kind: 'expired' }] }, late)).toEqual({ expire: true });
  });
});

describe('samples fit their schemas', () => {
  const tree: JsonSchema = {
    type: 'object',
    required: ['v', 'kids'],
    properties: { v: { type: 'integer' }, kids: { type: 'array', items: { $ref: '#/schemas/Tree' } } },
  };
  const schemas: JsonSchema[] = [
    triage,
    { $ref: '#/schemas/Tree' },
    { type: 'string', minLength: 40, maxLength: 45 },
    { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, multipleOf: 0.25 },
    { type: 'integer', minimum: 7, maximum: 7 },
    { type: 'array', items: { type: 'integer', minimum: 0, maximum: 9 }, minItems: 3, uniqueItems: true },
    { type: 'array', prefixItems: [{ type: 'string' }, { type: 'boolean' }], items: false },
    { oneOf: [{ type: 'string', maxLength: 3 }, object({ a: { type: 'null' } })] },
    { allOf: [object({ a: { type: 'string' } }), object({ b: { type: 'number' } })] },
    { type: 'string', pattern: '^[A-Z]{2}-\\d{4}(x|yz)?$' },
    ...['date', 'date-time', 'time', 'email', 'uri', 'uuid', 'ipv4', 'ipv6', 'hostname', 'duration'].map(
      (format) => ({ type: 'string', format }) as JsonSchema,
    ),
  ];
  test.each(schemas.map((schema) => [JSON.stringify(schema), schema] as const))('%s', (_text, schema) => {
    for (let seed = 0; seed < 60; seed++) {
      const sample = sampleSchema(schema, { Tree: tree }, seededRandom('s', seed));
      expect(pure.schema(schema, { Tree: tree }).check(sample)).toEqual([]);
    }
  });

  test('patterns of simple parts are matched', () => {
    const part = fc.constantFrom('a', '[a-f]', '\\d', '[^x]', '(?:b|cd)', '.', '\\w', '[A-Z0-9]');
    const count = fc.constantFrom('', '?', '+', '*', '{2}', '{1,3}');
    const pattern = fc
      .array(
        fc.tuple(part, count).map((both) => both.join('')),
        { minLength: 1, maxLength: 5 },
      )
      .map((parts) => `^${parts.join('')}$`);
    fc.assert(
      fc.property(pattern, fc.integer(), (text, seed) => {
        expect(linearRegex(text).occursIn(samplePattern(text, seededRandom('p', seed)))).toBe(true);
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});
