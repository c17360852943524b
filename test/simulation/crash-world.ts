/** A world that outlives crashes, and a clock for runtimes that come and go. */
import type { Json } from '../../shared/base/json';
import type { Call, Executors, ModelCall, ModelOutcome, ValueOutcome } from '../../shared/ports/calls';
import type { Flow } from '../../shared/spec/flow';
import type { RuntimeClock } from '../../electron/runtime/api';
import { rehearse } from '../../electron/runtime/rehearsal';

/** What is left of effects: by idempotency key, how often it was asked for and what came of it. */
export type Effects = ReadonlyMap<
  string,
  { readonly times: number; readonly step: string; readonly value: Json }
>;

/** Virtual time; it only goes on when nothing is left to be done now. */
export class SteppedClock implements RuntimeClock {
  #soon: (() => void)[] = [];
  readonly #later: { readonly at: number; readonly wake: () => void }[] = [];

  constructor(private nowMs: number) {}

  now(): number {
    return this.nowMs;
  }

  at(atMs: number, wake: () => void): () => void {
    const entry = { at: atMs, wake };
    const place = this.#later.findIndex((other) => other.at > atMs);
    this.#later.splice(place < 0 ? this.#later.length : place, 0, entry);
    return () => {
      const index = this.#later.indexOf(entry);
      if (index >= 0) this.#later.splice(index, 1);
    };
  }

  soon(task: () => void): void {
    this.#soon.push(task);
  }

  /** Does what is due now; true when there was something. */
  pump(): boolean {
    const due = this.#soon;
    this.#soon = [];
    for (const task of due) task();
    return due.length > 0;
  }

  /** Moves to the next point in time somebody waits for; false when nobody does. */
  advance(): boolean {
    const next = this.#later.shift();
    if (!next) return false;
    this.nowMs = Math.max(this.nowMs, next.at);
    next.wake();
    return true;
  }
}

/**
 * Answers calls by the names of nodes: `flaky` fails its first attempt (`flaky2` two), `dead` fails for good, `wrong`
 * answers with a wrong shape first, `asks` calls tools, `nextmodel` gets nothing from its first model.
 */
export class CrashWorld {
  readonly effects = new Map<string, { times: number; step: string; value: Json }>();
  readonly keysOf = new Map<string, Set<string>>();

  constructor(
    private readonly flow: Flow,
    from: Effects = new Map(),
  ) {
    for (const [key, effect] of from) this.effects.set(key, { ...effect });
  }

  executors(clock: SteppedClock): Executors {
    const answer = <O extends ModelOutcome | ValueOutcome>(call: Call): Promise<O> =>
      new Promise((resolve) => {
        const { outcome, latencyMs } = this.#answer(call);
        clock.at(clock.now() + Math.max(1, Math.round(latencyMs)), () => resolve(outcome as O)); // by the type of the call
      });
    return { model: answer, tool: answer, code: answer };
  }

  #answer(call: Call): { outcome: ModelOutcome | ValueOutcome; latencyMs: number } {
    const rehearsed = rehearse(call, { flow: this.flow, seed: 1, faults: [] });
    const outcome = misfortune(call) ?? scripted(call) ?? rehearsed.outcome;
    return { outcome: this.#keep(call, outcome), latencyMs: rehearsed.latencyMs };
  }

  /** A call with an effect has it now, whether its answer will be heard or not. */
  #keep(call: Call, outcome: ModelOutcome | ValueOutcome): ModelOutcome | ValueOutcome {
    if (call.type !== 'tool' || call.tool.effect === 'read') return outcome;
    const place = `${call.step}:${call.call}`;
    this.keysOf.set(place, (this.keysOf.get(place) ?? new Set()).add(call.key));
    if (!outcome.ok || !('value' in outcome)) return outcome;
    const known = this.effects.get(call.key);
    if (known) known.times++;
    else this.effects.set(call.key, { times: 1, step: call.step, value: outcome.value });
    return known ? { ok: true, value: known.value } : outcome;
  }
}

function misfortune(call: Call): (ModelOutcome & { ok: false }) | undefined {
  const node = call.node.replace(/_\d+$/, ''); // in a row of pieces
  const { attempt } = call;
  const item = 'item' in call ? call.item : undefined;
  if (node.startsWith('deadItem2') ? item === 1 : node.startsWith('dead')) return failure('error');
  if (node.startsWith('flaky') && attempt <= (node.endsWith('2') ? 2 : 1)) return failure('unavailable');
  if (node === 'nextmodel' && call.type === 'model' && call.modelName === 'main')
    return failure('unavailable');
  return undefined;
}

function failure(kind: 'error' | 'unavailable'): ModelOutcome & { ok: false } {
  return { ok: false, kind, code: `world/${kind}`, message: `the world says ${kind}`, sent: 'no' };
}

function scripted(call: Call): ModelOutcome | undefined {
  if (call.type !== 'model' || call.purpose !== 'turn') return undefined;
  const node = call.node.replace(/_\d+$/, '');
  if (node === 'wrong' && call.turn === 1) return said(call, 'no shape at all', []);
  if (node !== 'asks' || call.turn > 2) return undefined;
  const names = call.turn === 1 ? ['look', 'look'] : ['pay', 'send'];
  return said(
    call,
    '',
    names.map((name, i) => ({ id: `${call.turn}-${i}`, name, args: {} })),
  );
}

function said(
  _call: ModelCall,
  text: string,
  toolCalls: (ModelOutcome & { ok: true })['toolCalls'],
): ModelOutcome {
  return {
    ok: true,
    text,
    toolCalls,
    finish: toolCalls.length > 0 ? 'tool_calls' : 'stop',
    usage: { in: 10, out: 5 },
    cost: { amount: 0, currency: 'USD' },
  };
}
