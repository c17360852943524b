import { describe, expect, test } from 'vitest';
import {
  codeRequestHash,
  parseCassette,
  recordExecutors,
  replayExecutors,
  toolRequestHash,
} from '../../../../electron/runtime/cassette';
import type {
  CallContext,
  CodeCall,
  Executors,
  ModelCall,
  ModelOutcome,
  ToolInvocation,
  ValueOutcome,
} from '../../../../shared/ports/calls';

const base = { id: 'c', runId: 'r', step: 'triage', node: 'triage', attempt: 1 };
const model = (prompt: string, requestHash = `h-${prompt}`): ModelCall =>
  ({
    ...base,
    type: 'model',
    purpose: 'turn',
    turn: 1,
    modelName: 'm',
    model: { provider: 'p', model: 'x' },
    messages: [{ role: 'user', text: prompt }],
    tools: [],
    requestHash,
    output: { type: 'object' },
  }) as unknown as ModelCall;
const tool = (args: unknown, toolName = 'crm'): ToolInvocation =>
  ({ ...base, type: 'tool', toolName, args }) as unknown as ToolInvocation;
const code = (source: string): CodeCall =>
  ({ ...base, type: 'code', source, args: null }) as unknown as CodeCall;

function context(texts: string[] = []): CallContext {
  return {
    signal: new AbortController().signal,
    onText: (text) => void texts.push(text),
    secret: async (name) => `value-of-${name}`,
    grants: { trust: true, baseFolder: '.', granted: {} },
  };
}

const spoken = (text: string): ModelOutcome => ({
  ok: true,
  text,
  toolCalls: [],
  finish: 'stop',
  usage: { in: 1, out: 2 },
  cost: { amount: 0.1, currency: 'USD' },
});
const given = (value: never): ValueOutcome => ({ ok: true, value });
const failed = (kind: 'timeout' | 'cancelled'): ModelOutcome & ValueOutcome => ({
  ok: false,
  kind,
  code: kind,
  message: kind,
  sent: 'maybe',
});

/** Answers calls one after the other. */
function scripted(answers: (ModelOutcome | ValueOutcome)[]): Executors {
  const next = async (): Promise<never> => answers.shift() as never;
  return { model: next, tool: next, code: next };
}

async function taped(inner: Executors, calls: (executors: Executors) => Promise<void>): Promise<string> {
  let tape = '';
  await calls(recordExecutors(inner, (line) => (tape += line)));
  return tape;
}

describe('recording and playing', () => {
  test('what was recorded is answered again, failures included, and streams its text', async () => {
    const inner = scripted([
      spoken('hello'),
      given({ hits: 1 } as never),
      failed('timeout'),
      given(7 as never),
    ]);
    const tape = await taped(inner, async (x) => {
      await x.model(model('a'), context());
      await x.tool(tool({ q: 1 }), context());
      await x.tool(tool({ q: 2 }), context());
      await x.code(code('return 7'), context());
    });
    expect(tape.trim().split('\n')).toHaveLength(4);
    const play = replayExecutors(parseCassette(tape));
    const texts: string[] = [];
    expect(await play.model(model('a'), context(texts))).toEqual(spoken('hello'));
    expect(texts).toEqual(['hello']);
    expect(await play.tool(tool({ q: 1 }), context())).toEqual({ ok: true, value: { hits: 1 } });
    expect(await play.tool(tool({ q: 2 }), context())).toMatchObject({ ok: false, kind: 'timeout' });
    expect(await play.code(code('return 7'), context())).toEqual({ ok: true, value: 7 });
  });

  test('the same request gets its recordings in order, then the last for ever', async () => {
    const tape = await taped(scripted([failed('timeout'), spoken('second')]), async (x) => {
      await x.model(model('a'), context());
      await x.model(model('a'), context());
    });
    const play = replayExecutors(parseCassette(tape));
    const outcomes = [
      await play.model(model('a'), context()),
      await play.model(model('a'), context()),
      await play.model(model('a'), context()),
    ];
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([false, true, true]);
  });

  test('a call that was stopped is not recorded', async () => {
    expect(
      await taped(scripted([failed('cancelled')]), async (x) => void (await x.tool(tool({}), context()))),
    ).toBe('');
  });

  test('secrets a call asked for are masked, and the masked tape still plays', async () => {
    const inner: Executors = {
      ...scripted([]),
      tool: async (_call, x) => given({ echo: `Bearer ${await x.secret('KEY')}` } as never),
    };
    const request = tool({ note: 'uses value-of-KEY' });
    const tape = await taped(inner, async (x) => void (await x.tool(request, context())));
    expect(tape).not.toContain('value-of-KEY');
    expect(await replayExecutors(parseCassette(tape)).tool(request, context())).toEqual({
      ok: true,
      value: { echo: 'Bearer [masked]' },
    });
  });
});

describe('a request that is not on the tape', () => {
  test('fails with the nearest recording and where it differs', async () => {
    const tape = await taped(scripted([spoken('x'), spoken('y')]), async (x) => {
      await x.model(model('something else entirely'), context());
      await x.model(model('classify the ticket about invoices'), context());
    });
    const outcome = await replayExecutors(parseCassette(tape)).model(
      model('classify the ticket about logins'),
      context(),
    );
    expect(outcome).toMatchObject({ ok: false, kind: 'error', code: 'cassette/miss', sent: 'no' });
    const message = outcome.ok ? '' : outcome.message;
    expect(message).toContain('this request of triage to the model p/x');
    expect(message).toMatch(/recorded ".*invoices.*", asked now ".*logins/);
  });

  test('says when there is nothing of its sort', async () => {
    const outcome = await replayExecutors([]).tool(tool({}), context());
    expect(outcome.ok ? '' : outcome.message).toContain(
      'to the tool crm. The cassette has no tool exchange at all.',
    );
  });

  test('code is simply run, or missed when nothing can run it', async () => {
    const run = { code: async () => given('ran' as never) };
    expect(await replayExecutors([], run).code(code('1'), context())).toEqual({ ok: true, value: 'ran' });
    expect(await replayExecutors([]).code(code('1'), context())).toMatchObject({ code: 'cassette/miss' });
  });
});

describe('reading a tape', () => {
  test.each([
    ['{', 'Line 1 of the cassette cannot be used: it is not JSON.'],
    ['\n{"type":"model"}', 'Line 2 of the cassette cannot be used'],
    ['{"type":"model","hash":"h","request":{},"response":{"ok":true}}', 'Line 1'],
  ])('%j is refused with its line', (text, sentence) => {
    expect(() => parseCassette(text)).toThrow(sentence);
  });

  test('empty lines and a byte order mark do not matter', () => {
    expect(parseCassette('\uFEFF\n\n')).toEqual([]);
  });

  test('the hash of a tool call is of its name and arguments, whatever their order', () => {
    expect(toolRequestHash('t', { a: 1, b: 2 })).toBe(toolRequestHash('t', { b: 2, a: 1 }));
    expect(toolRequestHash('t', { a: 1 })).not.toBe(toolRequestHash('u', { a: 1 }));
    expect(codeRequestHash('a', 1)).not.toBe(codeRequestHash('b', 1));
  });
});
