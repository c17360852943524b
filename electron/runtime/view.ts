/** What a step saw: its view made again from the record, up to the moment it started. */
import { AppError } from '../../shared/base/app-error';
import { apply } from '../../shared/engine/apply';
import { openingOf } from '../../shared/engine/conversation';
import { placeOf, wholeScope } from '../../shared/engine/evaluate';
import { createPlan } from '../../shared/engine/plan';
import { createState } from '../../shared/engine/state';
import type { RunEvent } from '../../shared/events/event';
import type { Pure } from '../../shared/ports/pure';
import type { Flow } from '../../shared/spec/flow';
import type { StepView } from './api';

/** @throws AppError `fork/no-such-point` when no such step was started. */
export function viewOfStep(
  pure: Pure,
  runId: string,
  flow: Flow,
  events: readonly RunEvent[],
  key: string,
): StepView {
  const state = createState(createPlan(flow, pure), runId);
  for (const event of events) {
    apply(state, event);
    if (event.type === 'step.started' && event.step === key) break;
  }
  const step = state.steps.get(key);
  if (!step) throw new AppError('fork/no-such-point', `No step "${key}" was started in this run.`);
  const scope = wholeScope(state, placeOf(step));
  const { node } = step.plan;
  const agent = node.kind === 'agent' ? flow.agents?.[node.agent] : undefined;
  if (node.kind !== 'agent' || !agent) return { scope };
  try {
    const { system, prompt } = openingOf(state, step, node, agent, undefined);
    return { scope, system, prompt };
  } catch (error) {
    if (error instanceof AppError) return { scope }; // the expression that failed the step also fails here
    throw error;
  }
}
