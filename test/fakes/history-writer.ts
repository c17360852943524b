/** Writes the record of a run of the support triage flow, with times that say something. */
import triage from '../fixtures/flows/v1/support-triage.json';
import type { DataOf, EventType, RunEvent, Usage } from '../../shared/events/event';
import { EMPTY_USAGE } from '../../shared/events/event';
import type { Flow } from '../../shared/spec/flow';

export const triageFlow = triage as unknown as Flow; // the fixture is a valid document; the loader's tests prove it
export const HISTORY_HASH = `sha256:${'7c'.repeat(32)}`;

export class HistoryWriter {
  readonly events: RunEvent[] = [];
  at: number;

  constructor(
    readonly runId: string,
    startAt: number,
  ) {
    this.at = startAt;
  }

  /** Lets time pass. */
  wait(ms: number): this {
    this.at += ms;
    return this;
  }

  add<T extends EventType>(type: T, data: DataOf<T>, step?: string, attempt?: number): this {
    const place = { ...(step === undefined ? {} : { step }), ...(attempt === undefined ? {} : { attempt }) };
    // The parameters tie `data` to `type`; TypeScript cannot see that the union has this member.
    this.events.push({
      runId: this.runId,
      seq: this.events.length + 1,
      type,
      at: this.at,
      ...place,
      data,
    } as unknown as RunEvent);
    return this;
  }

  start(input: DataOf<'run.started'>['input'], mode: 'live' | 'rehearsal' = 'live'): this {
    this.add('run.started', {
      flowId: triageFlow.id,
      flowVersion: triageFlow.version,
      semanticHash: HISTORY_HASH,
      engineVersion: '1',
      mode,
      input,
      seed: 7,
    });
    return this.step('start', 'start').commit('start', null, [['next', 'triage']]);
  }

  step(
    key: string,
    kind: string,
    via?: readonly [string, string],
    reads: Readonly<Record<string, number>> = {},
  ): this {
    const node = key.replace(/^.*\//, '').replace(/#.*$/, '');
    return this.add(
      'step.started',
      {
        node,
        kind,
        ...(via ? { via: { from: via[0], port: via[1] } } : {}),
        viewHash: HISTORY_HASH,
        reads: { ...reads },
      },
      key,
    );
  }

  commit(
    key: string,
    output: DataOf<'step.committed'>['output'],
    routes: readonly (readonly [string, string])[],
    more: Partial<DataOf<'step.committed'>> = {},
  ): this {
    return this.add(
      'step.committed',
      { output, routes: routes.map(([port, to]) => ({ port, to })), writes: [], usage: EMPTY_USAGE, ...more },
      key,
    );
  }

  model(
    key: string,
    attempt: number,
    message: string,
    tokens: { in: number; out: number },
    latencyMs: number,
  ): this {
    this.wait(latencyMs);
    return this.add(
      'model.completed',
      {
        turn: 1,
        purpose: 'turn',
        model: 'reader',
        requestHash: HISTORY_HASH,
        message,
        toolCalls: [],
        finish: 'stop',
        usage: tokens,
        cost: { amount: 0.0004 * (tokens.out / 40), currency: 'USD' },
        latencyMs,
      },
      key,
      attempt,
    );
  }

  end(output: DataOf<'run.completed'>['output'], path: readonly string[], usage: Usage): this {
    return this.add('run.completed', {
      output,
      end: 'done',
      path: [...path],
      usage,
      stateHash: HISTORY_HASH,
    });
  }
}
