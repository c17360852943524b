/** The gates a result has to pass, and what their breakers are told of it. */
import type { Gate } from '../spec/parts';
import type { RunState, Step } from './state';

/** The agent's own gate, then the node's: both must hold. */
export function gatesOf(state: RunState, step: Step): readonly Gate[] {
  const { node } = step.plan;
  if (step.undoes) return [];
  const own = node.kind === 'agent' ? state.plan.flow.agents?.[node.agent]?.gate : undefined;
  return [own, node.gate].filter((gate) => gate !== undefined);
}

/** The breaker on an agent's results and what it is called. */
export function qualityOf(
  state: RunState,
  step: Step,
): { readonly subject: string; readonly breaker: NonNullable<Gate['breaker']> } | undefined {
  const { node } = step.plan;
  if (node.kind !== 'agent') return undefined;
  const breaker = gatesOf(state, step).find((gate) => gate.breaker)?.breaker;
  return breaker && { subject: `agent:${node.agent}`, breaker };
}

/** A note to the host: it keeps the breakers of all runs. */
export function noteVerdict(state: RunState, step: Step, passed: boolean): void {
  const quality = qualityOf(state, step);
  if (quality) state.verdicts.push({ ...quality, passed });
}
