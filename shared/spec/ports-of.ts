/**
 * The ports of every node kind and what else a kind can have. The only place that knows: canvas, validator and engine
 * ask here.
 */
import type { NodeKind } from './nodes';

export type PortKind = 'normal' | 'branch' | 'handoff' | 'fallback';

export interface Port {
  readonly name: string;
  readonly kind: PortKind;
  /** Must have an edge; without one the flow is not valid. A port that may stay open fails the step when it is chosen. */
  readonly required: boolean;
  /** How many edges a required port needs. */
  readonly atLeast: number;
  /** Another port that may be connected instead of this one. */
  readonly insteadOf?: string;
  /** What to show for it, where the document says so. */
  readonly label?: string;
}

export interface Ports {
  /** False for `start`: nothing leads into it. */
  readonly in: boolean;
  readonly out: readonly Port[];
}

/** What of a node decides about its ports. Everything is optional because documents under edit are incomplete. */
export interface PortSource {
  readonly kind: string;
  readonly mode?: unknown;
  readonly cases?: unknown;
  readonly choices?: unknown;
}

export interface KindFacts {
  readonly fallback: boolean;
  readonly gate: boolean;
  readonly retry: boolean;
  /** `call` bounds each call, `step` the whole step without waits for people; `none`: a timeout is not allowed. */
  readonly timeout: 'call' | 'step' | 'none';
  /** May stand in a planner's catalogue. */
  readonly catalogue: boolean;
}

const CONTROL: KindFacts = { fallback: false, gate: false, retry: false, timeout: 'none', catalogue: false };
const CALLING: KindFacts = { fallback: true, gate: true, retry: true, timeout: 'call', catalogue: true };
const CONTAINER: KindFacts = { fallback: true, gate: false, retry: false, timeout: 'step', catalogue: false };
const TEAM: KindFacts = { fallback: true, gate: true, retry: false, timeout: 'step', catalogue: false };

export const KIND_FACTS: Readonly<Record<NodeKind, KindFacts>> = {
  start: CONTROL,
  end: CONTROL,
  agent: CALLING,
  tool: CALLING,
  human: { ...CONTROL, catalogue: true },
  branch: CONTROL,
  parallel: CONTROL,
  join: { ...CONTROL, fallback: true },
  map: CONTAINER,
  loop: CONTAINER,
  subflow: CONTAINER,
  transform: { ...CONTROL, fallback: true, catalogue: true },
  code: CALLING,
  wait: CONTROL,
  supervisor: TEAM,
  planner: TEAM,
  chat: TEAM,
};

const NONE: Ports = { in: true, out: [] };
const NEXT = normal('next');
const FALLBACK: Port = { name: 'fallback', kind: 'fallback', required: false, atLeast: 0 };
const STEP: Ports = { in: true, out: [NEXT, FALLBACK] };
const BOUNDED: Ports = { in: true, out: [NEXT, open('exhausted'), FALLBACK] };

const FIXED: Readonly<Record<Exclude<NodeKind, 'human' | 'branch'>, Ports>> = {
  start: { in: false, out: [NEXT] },
  end: NONE,
  agent: {
    in: true,
    out: [
      { ...NEXT, insteadOf: 'handoff' },
      { name: 'handoff', kind: 'handoff', required: false, atLeast: 0 },
      FALLBACK,
    ],
  },
  tool: STEP,
  parallel: { in: true, out: [{ name: 'branch', kind: 'branch', required: true, atLeast: 2 }] },
  join: STEP,
  map: STEP,
  loop: BOUNDED,
  subflow: STEP,
  transform: STEP,
  code: STEP,
  wait: { in: true, out: [NEXT] },
  supervisor: STEP,
  planner: STEP,
  chat: BOUNDED,
};

/** The ports of a node. Total: an unknown kind has none, unreadable cases and choices are left out. */
export function portsOf(node: PortSource): Ports {
  if (node.kind === 'human') return { in: true, out: humanPorts(node) };
  if (node.kind === 'branch') return { in: true, out: [...named(node.cases, 'when'), normal('else')] };
  return Object.hasOwn(FIXED, node.kind) ? FIXED[node.kind as keyof typeof FIXED] : NONE;
}

/** One port by name, or undefined. */
export function portOf(node: PortSource, name: string): Port | undefined {
  return portsOf(node).out.find((port) => port.name === name);
}

/** What a kind can have; unknown kinds can have nothing. */
export function factsOf(kind: string): KindFacts {
  return Object.hasOwn(KIND_FACTS, kind) ? KIND_FACTS[kind as NodeKind] : CONTROL;
}

/** The ports a disabled node is passed by, the first connected one counts. */
export const BYPASS_PORTS: readonly string[] = ['next', 'approved', 'else'];

/** Whether a node may be switched off at all (it also needs a connected bypass port). */
export function canDisable(node: PortSource): boolean {
  if (node.kind === 'human') return node.mode !== 'choose';
  return !['start', 'end', 'parallel', 'join'].includes(node.kind);
}

function humanPorts(node: PortSource): Port[] {
  if (node.mode === 'choose') return [...named(node.choices, 'label'), open('expired')];
  if (node.mode === 'form') return [normal('approved'), open('expired')];
  return [normal('approved'), open('rejected'), open('expired')];
}

function normal(name: string): Port {
  return { name, kind: 'normal', required: true, atLeast: 1 };
}

function open(name: string): Port {
  return { name, kind: 'normal', required: false, atLeast: 0 };
}

/** Ports the document itself names: cases of a branch, choices of a person. */
function named(list: unknown, labelKey: string): Port[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown): Port[] => {
    if (typeof item !== 'object' || item === null) return [];
    const entry = item as Readonly<Record<string, unknown>>;
    if (typeof entry['port'] !== 'string') return [];
    const label = entry[labelKey];
    return [typeof label === 'string' ? { ...normal(entry['port']), label } : normal(entry['port'])];
  });
}
