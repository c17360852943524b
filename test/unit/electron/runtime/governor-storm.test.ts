import { expect, test } from 'vitest';
import { Governor } from '../../../../electron/runtime/governor';
import type { Call, CodeCall } from '../../../../shared/ports/calls';

/** Fifty agents in twenty runs call one dependency again and again; it is down from the 60th to the 180th second. */
const RUNS = 20;
const AGENTS = 50;
const DOWN = { from: 60_000, to: 180_000 };
const END = 400_000;
const LATENCY_MS = 200;
const PAUSE_MS = 4000;
const MAX_ATTEMPTS = 5;

interface Agent {
  readonly runId: string;
  readonly name: string;
  readonly dependency: string;
  round: number;
  attempt: number;
}

interface Due {
  readonly at: number;
  act(): void;
}

class Storm {
  readonly governor = new Governor();
  readonly sent: { at: number; dependency: string; isRetry: boolean; ok: boolean }[] = [];
  readonly refusals: { dependency: string; reason: string }[] = [];
  mostInFlight = 0;
  private nowMs = 0;
  private due: Due[] = [];
  private inFlight = 0;
  private readonly waiting = new Map<string, Agent>();

  run(agents: readonly Agent[]): void {
    agents.forEach((agent, i) => this.later((i * 37) % PAUSE_MS, () => this.ask(agent)));
    while (this.nowMs < END) {
      const wake = this.governor.nextWakeAt() ?? Number.POSITIVE_INFINITY;
      const next = Math.min(this.due[0]?.at ?? Number.POSITIVE_INFINITY, wake);
      if (next === Number.POSITIVE_INFINITY) break;
      this.nowMs = Math.max(this.nowMs, next);
      for (let first = this.due[0]; first && first.at <= this.nowMs; first = this.due[0]) {
        this.due.shift();
        first.act();
      }
      for (const call of this.governor.takeReady(this.nowMs)) this.send(call);
      for (const { call, reason } of this.governor.takeRefused(this.nowMs)) this.refuse(call, reason);
    }
  }

  private ask(agent: Agent): void {
    const call = callOf(agent);
    this.waiting.set(`${call.runId} ${call.id}`, agent);
    const admission = this.governor.admit(call, this.nowMs);
    if (admission.state === 'admitted') this.send(call);
    if (admission.state === 'refused') this.refuse(call, admission.reason);
  }

  private send(call: Call): void {
    const isDown = call.dependency === 'model:a' && this.nowMs >= DOWN.from && this.nowMs < DOWN.to;
    this.sent.push({ at: this.nowMs, dependency: call.dependency, isRetry: call.isRetry, ok: !isDown });
    this.inFlight += call.dependency === 'model:a' ? 1 : 0;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    this.later(LATENCY_MS, () => {
      this.inFlight -= call.dependency === 'model:a' ? 1 : 0;
      this.governor.finished(call, isDown ? 'unavailable' : 'ok', this.nowMs);
      const agent = this.agentOf(call);
      if (isDown && agent.attempt < MAX_ATTEMPTS) this.again(agent);
      else this.nextRound(agent);
    });
  }

  private refuse(call: Call, reason: string): void {
    this.refusals.push({ dependency: call.dependency, reason });
    this.nextRound(this.agentOf(call));
  }

  private again(agent: Agent): void {
    agent.attempt += 1;
    this.later(100, () => this.ask(agent));
  }

  private nextRound(agent: Agent): void {
    agent.round += 1;
    agent.attempt = 1;
    this.later(PAUSE_MS, () => this.ask(agent));
  }

  private agentOf(call: Call): Agent {
    const key = `${call.runId} ${call.id}`;
    const agent = this.waiting.get(key);
    if (!agent) throw new Error(`nobody asked for ${key}`);
    this.waiting.delete(key);
    return agent;
  }

  private later(inMs: number, act: () => void): void {
    const at = this.nowMs + inMs;
    const place = this.due.findIndex((other) => other.at > at);
    this.due.splice(place < 0 ? this.due.length : place, 0, { at, act });
  }
}

function callOf({ runId, name, dependency, round, attempt }: Agent): Call {
  const call: CodeCall = {
    type: 'code',
    id: `${name}#${round}@${attempt}`,
    runId,
    step: `${name}#${round}`,
    node: name,
    visit: round,
    attempt,
    opensAttempt: true,
    isRetry: attempt > 1,
    dependency,
    limits: { breaker: { failures: 5, windowMs: 60_000, cooldownMs: 30_000, halfOpen: 1 }, concurrency: 40 },
    source: '',
    args: null,
    schemas: {},
  };
  return call;
}

function agentsOn(dependency: string, count: number): Agent[] {
  return Array.from({ length: count }, (_, i) => ({
    runId: `run${i % RUNS}`,
    name: `agent${i}`,
    dependency,
    round: 1,
    attempt: 1,
  }));
}

test('an outage under fifty agents makes no storm: load stays bounded, others are untouched, recovery is smooth', () => {
  const storm = new Storm();
  storm.run([...agentsOn('model:a', AGENTS), ...agentsOn('model:b', 10)]);
  const toA = storm.sent.filter(({ dependency }) => dependency === 'model:a');
  const firsts = toA.filter(({ isRetry }) => !isRetry).length;
  expect(toA.length).toBeLessThanOrEqual(1.25 * firsts);
  // while it is down hardly anything reaches it: what opened the breaker, what was in flight, the probes
  expect(toA.filter(({ ok }) => !ok).length).toBeLessThanOrEqual(20);
  expect(storm.refusals.every(({ dependency }) => dependency === 'model:a')).toBe(true);

  const toB = storm.sent.filter(({ dependency }) => dependency === 'model:b');
  expect(toB.length).toBeGreaterThanOrEqual(10 * Math.floor(END / (PAUSE_MS + LATENCY_MS)) - 10);

  // within one cooldown after it came back everything is as before, without a wave
  const rate = (from: number, to: number): number =>
    toA.filter(({ at }) => at >= from && at < to).length / (to - from);
  const before = rate(20_000, DOWN.from);
  expect(rate(DOWN.to + 35_000, END)).toBeGreaterThan(before * 0.95);
  expect(rate(DOWN.to + 30_000, DOWN.to + 40_000)).toBeLessThan(before * 1.3);
  expect(storm.mostInFlight).toBeLessThanOrEqual(40);
});

test('retries of a dependency that always fails stay within the budget when no breaker stops them', () => {
  const governor = new Governor();
  const limits = { breaker: { failures: 1e9, windowMs: 1, cooldownMs: 1, halfOpen: 1 }, concurrency: 1e9 };
  let [firsts, retries, nowMs] = [0, 0, 0];
  for (let round = 0; round < 2000; round++) {
    nowMs += 20;
    const agent: Agent = {
      runId: `run${round % RUNS}`,
      name: `a${round % AGENTS}`,
      dependency: 'd',
      round,
      attempt: 1,
    };
    for (agent.attempt = 1; agent.attempt <= MAX_ATTEMPTS; agent.attempt++) {
      const call = { ...callOf(agent), limits };
      if (governor.admit(call, nowMs).state !== 'admitted') break;
      if (agent.attempt === 1) firsts++;
      else retries++;
      governor.finished(call, 'unavailable', nowMs);
    }
  }
  expect(firsts).toBe(2000);
  expect(firsts + retries).toBeLessThanOrEqual(1.25 * firsts);
});

test('memory does not grow with the calls made or the dependencies once used', () => {
  const governor = new Governor();
  const agent = agentsOn('model:a', 1)[0] as Agent; // one was asked for
  for (let i = 0; i < 20_000; i++) {
    const call = callOf({ ...agent, dependency: `host:h${i}`, round: i });
    governor.admit(call, i * 200);
    governor.finished(call, 'ok', i * 200);
  }
  expect(governor.snapshot().length).toBeLessThanOrEqual(1100);
});
