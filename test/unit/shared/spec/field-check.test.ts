import { describe, expect, test } from 'vitest';
import {
  acting,
  body,
  chain,
  edge,
  edit,
  errors,
  found,
  mended,
  model,
  person,
  sentence,
  small,
  transform,
} from './sample-flows';

describe('E304 write outside the scope', () => {
  const failing = { kind: 'end', outcome: 'failed', writes: { note: 'input' } };
  const context = { note: { schema: true, merge: 'append' } };

  test('an end that fails the flow or an item writes for nobody', () => {
    const flow = {
      ...edit(small(), { '/nodes/bad': failing, '/edges/-': edge('work', 'fallback', 'bad') }),
      context,
    };
    expect(found(flow)).toEqual(['E304 /nodes/bad/writes/note']);
    expect(mended(flow, 'E304')).toEqual([]);
    const mapped = chain(
      { m: { kind: 'map', items: '[]', body: edit(body('x', transform), { '/nodes/finish_x': failing }) } },
      { context },
    );
    expect(found(mapped)).toEqual(['E304 /nodes/m/body/nodes/finish_x/writes/note']);
    expect(sentence(mapped, 'E304')).toContain('fails the item');
  });

  test('one that completes, and one in a loop, may write', () => {
    expect(found(edit({ ...small(), context }, { '/nodes/done/writes': { note: 'input' } }))).toEqual([]);
    const looped = {
      kind: 'loop',
      while: 'false',
      maxIterations: 1,
      body: edit(body('x', transform), { '/nodes/finish_x': failing }),
    };
    expect(found(chain({ l: looped }, { context }))).toEqual([]);
    expect(
      found({
        ...edit(small(), {
          '/nodes/bad': { kind: 'end', outcome: 'failed' },
          '/edges/-': edge('work', 'fallback', 'bad'),
        }),
        context,
      }),
    ).toEqual([]);
  });
});

describe('E310 not allowed here', () => {
  const at = (changes: Record<string, unknown>) => errors(edit(acting({}, { tools: ['clock'] }), changes));

  test('gates only where something is judged', () => {
    const flow = edit(small(), { '/nodes/work/gate': { minConfidence: 0.5 } });
    expect(found(flow)).toEqual(['E310 /nodes/work/gate']);
    expect(mended(flow, 'E310')).toEqual([]);
    expect(at({ '/nodes/a/gate': { minConfidence: 0.5 } })).toEqual([]);
  });

  test('retries only for calls, timeouts not for people and waits', () => {
    expect(
      errors(edit(small(), { '/nodes/work/policy': { retry: { maxAttempts: 2 }, timeout: 'PT1S' } })),
    ).toEqual(['E310 /nodes/work/policy/retry', 'E310 /nodes/work/policy/timeout']);
    expect(at({ '/nodes/a/policy': { retry: { maxAttempts: 2 }, timeout: 'PT1S' } })).toEqual([]);
    const loop = {
      kind: 'loop',
      while: 'false',
      maxIterations: 1,
      body: body('x', transform),
      policy: { timeout: 'PT1M' },
    };
    expect(errors(chain({ l: loop }))).toEqual([]);
    expect(
      errors(
        chain(
          { w: { kind: 'wait', for: 'PT1S', policy: 'calm' } },
          { policies: { calm: { timeout: 'PT5S' } } },
        ),
      ),
    ).toEqual(['E310 /nodes/w/policy']);
    const named = chain(
      { w: { kind: 'wait', for: 'PT1S', policy: 'calm' } },
      { policies: { calm: { timeout: 'PT5S' } } },
    );
    expect(sentence(named, 'E310')).toBe('The policy "calm" of node "w" has "timeout", but a wait has none.');
    expect(mended(named, 'E310')).toEqual([]);
    expect(
      errors(
        chain({ w: { kind: 'wait', for: 'PT1S', policy: 'p' } }, { policies: { p: { concurrency: 1 } } }),
      ),
    ).toEqual([]);
  });

  test('people: choices, forms, deadlines and samples where they belong', () => {
    const asking = (human: object, ...ports: string[]) => ({
      ...chain({ h: { ...person, ...human } }),
      edges: [edge('start', 'next', 'h'), ...ports.map((port) => edge('h', port, 'done'))],
    });
    expect(errors(asking({ mode: 'choose' }, 'expired'))).toEqual(['E105 /nodes/h/choices']);
    expect(errors(asking({ mode: 'form' }, 'approved'))).toEqual(['E105 /nodes/h/form']);
    expect(errors(asking({ choices: [] }, 'approved'))).toEqual(['E310 /nodes/h/choices']);
    expect(
      errors(asking({ mode: 'choose', choices: [{ port: 'x', label: 'X' }], review: { rate: 1 } }, 'x')),
    ).toEqual(['E310 /nodes/h/review']);
    expect(errors(asking({ deadline: undefined, onDeadline: 'expired' }, 'approved'))).toEqual([
      'E310 /nodes/h/onDeadline',
    ]);
    expect(errors(asking({ onDeadline: 'expird' }, 'approved'))).toEqual(['E205 /nodes/h/onDeadline']);
    expect(sentence(asking({ onDeadline: 'expird' }, 'approved'), 'E205')).toContain(
      'Did you mean "expired"?',
    );
    expect(sentence(asking({ onDeadline: 'zebra' }, 'approved'), 'E205')).toMatch(/"expired"\.$/);
    expect(
      errors(asking({ onDeadline: 'rejected', review: { rate: 0.5, when: 'input' } }, 'approved')),
    ).toEqual([]);
    expect(errors(asking({ mode: 'form', form: true }, 'approved'))).toEqual([]);
  });

  test('a wait has exactly one of for and until', () => {
    const waiting = (wait: object) => chain({ w: { kind: 'wait', ...wait } });
    expect(errors(waiting({}))).toEqual(['E105 /nodes/w/for']);
    expect(errors(waiting({ for: 'PT1S', until: 'input.at' }))).toEqual(['E310 /nodes/w/until']);
    expect(mended(waiting({ for: 'PT1S', until: 'input.at' }), 'E310')).toEqual([]);
    expect(errors(waiting({ until: 'input.at' }))).toEqual([]);
  });

  test('handoff edges: a handoff, no condition', () => {
    const handing = (more: object) => edit(acting(), { '/edges/1': edge('a', 'handoff', 'done', more) });
    const handoff = { name: 'h', schema: true };
    expect(errors(handing({}))).toEqual(['E105 /edges/1/handoff']);
    expect(errors(handing({ handoff, when: 'input' }))).toEqual(['E310 /edges/1/when']);
    expect(errors(handing({ handoff }))).toEqual([]);
    expect(errors(edit(acting(), { '/edges/1/handoff': handoff }))).toEqual([]);
  });

  test('lists of failure kinds only on fallback edges', () => {
    const flow = edit(small(), { '/edges/1/on': ['timeout'] });
    expect(found(flow)).toEqual(['E310 /edges/1/on']);
    expect(mended(flow, 'E310')).toEqual([]);
    expect(
      found(edit(small(), { '/edges/-': edge('work', 'fallback', 'done', { on: ['timeout'] }) })),
    ).toEqual([]);
  });

  test('an address only for compatible providers', () => {
    expect(at({ '/models/m/baseURL': 'https://a.example' })).toEqual(['E310 /models/m/baseURL']);
    expect(at({ '/models/m/provider': 'openai-compatible' })).toEqual(['E105 /models/m/baseURL']);
    expect(
      at({ '/models/m': { ...model, provider: 'openai-compatible', baseURL: 'http://127.0.0.1:1/v1' } }),
    ).toEqual([]);
    expect(at({ '/models/m/fallback': ['m'] })).toEqual(['E310 /models/m/fallback']);
  });

  test('a tool that writes does not say it only reads', () => {
    const sql = { kind: 'sql', description: 'd', input: true, file: 'a.db', statement: 'x', write: true };
    const file = { kind: 'file', description: 'd', input: true, folder: 'f', do: 'write' };
    expect(at({ '/tools/s': { ...sql, effect: 'read' }, '/tools/f': { ...file, effect: 'read' } })).toEqual([
      'E310 /tools/s/write',
      'E310 /tools/f/do',
    ]);
    expect(
      at({ '/tools/s': { ...sql, effect: 'once' }, '/tools/f': { ...file, effect: 'idempotent' } }),
    ).toEqual([]);
  });

  test('a catalogue holds steps a plan can be made of', () => {
    const planner = (inner: object) =>
      edit(acting({}), {
        '/nodes/a': { kind: 'planner', model: 'm', goal: 'g', catalogue: { nodes: { step: inner } } },
      });
    expect(errors(planner(transform))).toEqual([]);
    expect(errors(planner({ kind: 'wait', for: 'PT1S' }))).toEqual([
      'E310 /nodes/a/catalogue/nodes/step/kind',
    ]);
    expect(errors(planner({ kind: 'tool', tool: 'clock' }))).toEqual([]);
    expect(errors(planner({ kind: 'teleport' }))).toEqual(['E103 /nodes/a/catalogue/nodes/step/kind']);
  });
});
