/** Recorded histories of the support triage flow, as the runtime would write them: for screens, tests and pictures. */
import type { RunEvent, RunInfo, Usage } from '../../shared/events/event';
import { EMPTY_USAGE } from '../../shared/events/event';
import { traceOf } from '../../shared/events/trace';
import { runInfoOf } from '../../shared/events/trace-json';
import { HISTORY_HASH as HASH, HistoryWriter, triageFlow } from './history-writer';

export const TICKET =
  'Hello, I was charged twice for order 4711 (80 EUR each). Please send one payment back, I need the money before the weekend.\n\nKind regards,\nMaren Holt';
const REPLY =
  'Dear Maren,\n\nyou were right: order 4711 was charged twice. We send 80 EUR back today; it will be with you within two days.';

const used = (more: Partial<Usage>): Usage => ({ ...EMPTY_USAGE, ...more });
const cost = (amount: number) => ({ amount, currency: 'USD', known: true });

/** Triage is rate limited once, the resolver's first answer is refused by a check: both go on. */
function upToApproval(writer: HistoryWriter): HistoryWriter {
  return writer
    .start({ ticket: TICKET, orderTotal: 160 })
    .wait(4)
    .step('triage', 'agent', ['start', 'next'])
    .wait(2)
    .add('attempt.started', { model: 'reader', dependency: 'model:builtin/en-lite@local' }, 'triage', 1)
    .wait(310)
    .add(
      'attempt.failed',
      {
        kind: 'rate_limited',
        code: 'model/http-429',
        message: 'The model answered 429: too many requests.',
        sent: 'yes',
        retryAfterMs: 800,
        latencyMs: 310,
      },
      'triage',
      1,
    )
    .add(
      'retry.scheduled',
      { nextAttempt: 2, model: 'reader', dueAt: writer.at + 900, delayMs: 900 },
      'triage',
      1,
    )
    .wait(900)
    .add('attempt.started', { model: 'reader', dependency: 'model:builtin/en-lite@local' }, 'triage', 2)
    .model('triage', 2, '{"category":"billing","confidence":0.93}', { in: 412, out: 38 }, 780)
    .add(
      'attempt.completed',
      { result: { category: 'billing', confidence: 0.93 }, latencyMs: 780 },
      'triage',
      2,
    )
    .commit('triage', { category: 'billing', confidence: 0.93 }, [['handoff', 'resolve']], {
      writes: [{ field: 'category', version: 1, value: 'billing' }],
      handoff: { name: 'to_resolver', payload: { summary: TICKET } },
      usage: used({
        attempts: 2,
        retries: 1,
        turns: 1,
        tokens: { in: 412, out: 38 },
        cost: cost(0.0004),
        durationMs: 1990,
      }),
    })
    .wait(6)
    .step('resolve', 'agent', ['triage', 'handoff'], { category: 1 })
    .wait(3)
    .add('attempt.started', { model: 'reader', dependency: 'model:builtin/en-lite@local' }, 'resolve', 1)
    .model('resolve', 1, JSON.stringify({ reply: REPLY, refund: 180 }), { in: 911, out: 122 }, 1650)
    .add(
      'attempt.rejected',
      {
        kind: 'invalid_output',
        check: 'output.refund <= $number(input.orderTotal)',
        message: 'refund above the order total',
      },
      'resolve',
      1,
    )
    .model('resolve', 1, JSON.stringify({ reply: REPLY, refund: 80 }), { in: 1080, out: 119 }, 1420)
    .add('attempt.completed', { result: { reply: REPLY, refund: 80 }, latencyMs: 3070 }, 'resolve', 1)
    .commit('resolve', { reply: REPLY, refund: 80 }, [['next', 'decide']], {
      usage: used({
        attempts: 1,
        turns: 2,
        tokens: { in: 1991, out: 241 },
        cost: cost(0.0024),
        durationMs: 3073,
      }),
    })
    .wait(2)
    .step('decide', 'branch', ['resolve', 'next'])
    .commit('decide', { port: 'big' }, [['big', 'approve']])
    .step('approve', 'human', ['decide', 'big'])
    .add(
      'human.asked',
      {
        task: 'approve',
        type: 'checkpoint',
        title: 'Refund 80?',
        evidence: [
          { label: 'input.ticket', value: TICKET },
          { label: 'steps.resolve.reply', value: REPLY },
        ],
        form: {
          type: 'object',
          required: ['amount'],
          properties: {
            amount: { type: 'number', minimum: 0, description: 'What is paid back, in EUR' },
            note: { type: 'string', title: 'Note to accounting' },
          },
        },
        proposed: { amount: 80, note: 'Charged twice, order 4711' },
        choices: [
          { port: 'approved', label: 'Approve' },
          { port: 'rejected', label: 'Reject' },
        ],
        deadlineAt: writer.at + 4 * 3_600_000,
        onDeadline: 'expired',
      },
      'approve',
    );
}

export function waitingHistory(runId: string, startAt: number): readonly RunEvent[] {
  return upToApproval(new HistoryWriter(runId, startAt)).events;
}

/** A person lowers the amount, the refund is paid. */
export function completedHistory(runId: string, startAt: number): readonly RunEvent[] {
  const writer = upToApproval(new HistoryWriter(runId, startAt)).wait(47 * 60_000);
  return writer
    .add(
      'human.decided',
      {
        task: 'approve',
        choice: 'approved',
        values: { amount: 60, note: 'Charged twice, order 4711. Goodwill already given.' },
        comment: '20 EUR were credited in May.',
        by: 'ada',
        via: 'app',
      },
      'approve',
    )
    .commit(
      'approve',
      {
        choice: 'approved',
        values: { amount: 60, note: 'Charged twice, order 4711. Goodwill already given.' },
        by: 'ada',
      },
      [['approved', 'pay']],
    )
    .step('pay', 'tool', ['approve', 'approved'])
    .add('attempt.started', { dependency: 'host:api.example.com:443' }, 'pay', 1)
    .add(
      'tool.started',
      { call: 1, tool: 'refund', args: { amount: 60 }, effect: 'once', key: 'k1' },
      'pay',
      1,
    )
    .wait(420)
    .add('tool.completed', { call: 1, result: { ok: true, id: 'rf_118' }, latencyMs: 420 }, 'pay', 1)
    .add('attempt.completed', { result: { ok: true, id: 'rf_118' }, latencyMs: 420 }, 'pay', 1)
    .commit('pay', { ok: true, id: 'rf_118' }, [['next', 'done']], {
      usage: used({ attempts: 1, durationMs: 420 }),
    })
    .step('done', 'end', ['pay', 'next'])
    .commit('done', { reply: REPLY, refund: 60 }, [])
    .end(
      { reply: REPLY, refund: 60 },
      ['triage', 'resolve', 'decide', 'approve', 'pay', 'done'],
      used({
        steps: 5,
        attempts: 4,
        retries: 1,
        turns: 3,
        tokens: { in: 2403, out: 279 },
        cost: cost(0.0028),
        durationMs: 5500,
        handoffs: 1,
      }),
    ).events;
}

/** The resolver gives up after three attempts, its fallback leads to a person who answers. */
export function fallbackHistory(runId: string, startAt: number): readonly RunEvent[] {
  const writer = new HistoryWriter(runId, startAt)
    .start({ ticket: 'The app crashes when I open the camera.', orderTotal: 0 })
    .step('triage', 'agent', ['start', 'next'])
    .add('attempt.started', { model: 'reader' }, 'triage', 1)
    .model('triage', 1, '{"category":"technical","confidence":0.88}', { in: 380, out: 36 }, 700)
    .add(
      'attempt.completed',
      { result: { category: 'technical', confidence: 0.88 }, latencyMs: 700 },
      'triage',
      1,
    )
    .commit('triage', { category: 'technical', confidence: 0.88 }, [['handoff', 'resolve']], {
      writes: [{ field: 'category', version: 1, value: 'technical' }],
      handoff: { name: 'to_resolver', payload: { summary: 'The app crashes when I open the camera.' } },
    })
    .step('resolve', 'agent', ['triage', 'handoff'], { category: 1 });
  for (const attempt of [1, 2, 3]) {
    writer.add('attempt.started', { model: 'reader' }, 'resolve', attempt).wait(1200).add(
      'attempt.failed',
      {
        kind: 'unavailable',
        code: 'model/unreachable',
        message: 'The model could not be reached (connection refused).',
        sent: 'no',
        latencyMs: 1200,
      },
      'resolve',
      attempt,
    );
    if (attempt < 3)
      writer
        .add(
          'retry.scheduled',
          {
            nextAttempt: attempt + 1,
            model: 'reader',
            dueAt: writer.at + 1000 * attempt,
            delayMs: 1000 * attempt,
          },
          'resolve',
          attempt,
        )
        .wait(1000 * attempt);
  }
  return writer
    .add(
      'step.failed',
      {
        kind: 'unavailable',
        code: 'model/unreachable',
        message: 'The model could not be reached (connection refused).',
        attempts: 3,
        effects: [],
        routed: 'fallback',
        to: 'review',
        usage: used({ attempts: 3, retries: 2 }),
      },
      'resolve',
    )
    .step('review', 'human', ['resolve', 'fallback'])
    .add(
      'human.asked',
      {
        task: 'review',
        type: 'checkpoint',
        title: 'Needs a person',
        evidence: [{ label: 'input.ticket', value: 'The app crashes when I open the camera.' }],
        form: { type: 'object', required: ['reply'], properties: { reply: { type: 'string' } } },
        choices: [{ port: 'approved', label: 'Submit' }],
      },
      'review',
    )
    .wait(95_000)
    .add(
      'human.decided',
      {
        task: 'review',
        choice: 'approved',
        values: { reply: 'Please install version 5.2, it mends the camera.' },
        by: 'lin',
        via: 'app',
      },
      'review',
    )
    .commit(
      'review',
      {
        choice: 'approved',
        values: { reply: 'Please install version 5.2, it mends the camera.' },
        by: 'lin',
      },
      [['approved', 'done']],
    )
    .step('done', 'end', ['review', 'approved'])
    .commit('done', { reply: 'Please install version 5.2, it mends the camera.', refund: 0 }, [])
    .end(
      { reply: 'Please install version 5.2, it mends the camera.', refund: 0 },
      ['triage', 'resolve', 'review', 'done'],
      used({
        steps: 3,
        attempts: 4,
        retries: 2,
        turns: 1,
        tokens: { in: 380, out: 36 },
        cost: { amount: 0, currency: 'USD', known: false },
        durationMs: 7300,
        handoffs: 1,
      }),
    ).events;
}

/** The tool is refused and nothing takes the failure: the run fails and leaves a dead letter. */
export function failedHistory(runId: string, startAt: number): readonly RunEvent[] {
  const message = 'The tool host api.example.com answered 403: the key has no right to refund.';
  return new HistoryWriter(runId, startAt)
    .start({ ticket: 'Refund please', orderTotal: 20 })
    .step('triage', 'agent', ['start', 'next'])
    .add('attempt.started', { model: 'reader' }, 'triage', 1)
    .model('triage', 1, '{"category":"billing","confidence":0.91}', { in: 300, out: 30 }, 640)
    .add(
      'attempt.completed',
      { result: { category: 'billing', confidence: 0.91 }, latencyMs: 640 },
      'triage',
      1,
    )
    .commit('triage', { category: 'billing', confidence: 0.91 }, [['handoff', 'resolve']], {
      writes: [{ field: 'category', version: 1, value: 'billing' }],
      handoff: { name: 'to_resolver', payload: { summary: 'Refund please' } },
    })
    .step('resolve', 'agent', ['triage', 'handoff'], { category: 1 })
    .add('attempt.started', { model: 'reader' }, 'resolve', 1)
    .model('resolve', 1, '{"reply":"Sent.","refund":20}', { in: 500, out: 60 }, 900)
    .add('attempt.completed', { result: { reply: 'Sent.', refund: 20 }, latencyMs: 900 }, 'resolve', 1)
    .commit('resolve', { reply: 'Sent.', refund: 20 }, [['next', 'decide']])
    .step('decide', 'branch', ['resolve', 'next'])
    .commit('decide', { port: 'small' }, [['small', 'pay']])
    .step('pay', 'tool', ['decide', 'small'])
    .add('attempt.started', { dependency: 'host:api.example.com:443' }, 'pay', 1)
    .wait(210)
    .add(
      'attempt.failed',
      { kind: 'denied', code: 'tool/http-403', message, sent: 'yes', latencyMs: 210 },
      'pay',
      1,
    )
    .add(
      'step.failed',
      {
        kind: 'denied',
        code: 'tool/http-403',
        message,
        attempts: 1,
        effects: [],
        routed: 'onFailure',
        usage: used({ attempts: 1 }),
      },
      'pay',
    )
    .add('deadletter.added', { step: 'pay', kind: 'denied' })
    .add('run.failed', {
      error: { node: 'pay', step: 'pay', kind: 'denied', code: 'tool/http-403', message, attempts: 1 },
      compensation: 'none',
      notUndone: [],
      usage: used({
        steps: 4,
        attempts: 3,
        turns: 2,
        tokens: { in: 800, out: 90 },
        cost: cost(0.0009),
        durationMs: 1800,
        handoffs: 1,
      }),
      path: ['triage', 'resolve', 'decide', 'pay'],
      stateHash: HASH,
    }).events;
}

/** Many steps: the same two nodes over and over, five events a step. */
export function longHistory(runId: string, startAt: number, steps: number): readonly RunEvent[] {
  const writer = new HistoryWriter(runId, startAt).start({ ticket: 'long', orderTotal: 1 });
  for (let i = 1; i <= steps; i++) {
    const node = i % 2 === 0 ? 'resolve' : 'triage';
    const visit = Math.ceil(i / 2);
    const key = visit === 1 ? node : `${node}#${visit}`;
    writer
      .step(key, 'agent')
      .add('attempt.started', { model: 'reader' }, key, 1)
      .model(key, 1, '{}', { in: 10, out: 5 }, 20)
      .add('attempt.completed', { result: {}, latencyMs: 20 }, key, 1)
      .commit(key, { number: i }, [
        [node === 'triage' ? 'handoff' : 'next', node === 'triage' ? 'resolve' : 'decide'],
      ]);
  }
  return writer.events;
}

export function infoOf(events: readonly RunEvent[]): RunInfo {
  return runInfoOf(traceOf(events, triageFlow), triageFlow.name);
}
