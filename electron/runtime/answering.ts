/** Decisions nobody has to be asked for: from an answers object, or what the rehearsal says. */
import { decisionFacts, decisionProblem, taskInfo } from '../../shared/engine/people';
import type { Task } from '../../shared/engine/state';
import type { NewEvent } from '../../shared/events/event';
import { rehearsalAnswer } from './rehearsal';
import type { Session } from './session';

/** The facts that answer a task; none when a person has to. */
export function answerFor(session: Session, task: Task): NewEvent[] {
  const { state, answers, flow, faults } = session;
  const info = taskInfo(state, task);
  const step = info.step === undefined ? undefined : state.steps.get(info.step);
  const named = [info.task, info.step, info.node].some(
    (key) => key !== undefined && Object.hasOwn(answers, key),
  );
  if (state.mode !== 'rehearsal' && !named) return [];
  const answer = rehearsalAnswer(info, {
    flow,
    answers,
    faults,
    visit: step?.runVisit ?? 1,
    seed: state.seed,
  });
  if (!answer) return [];
  if ('expire' in answer) {
    const timer = `${task.id}:deadline`;
    return state.timers.has(timer) ? [{ type: 'timer.fired', data: { timer } }] : [];
  }
  const { choice, values, comment } = answer;
  // An answer that does not fit is left for a person to see: the task stays open.
  if (decisionProblem(state, task, choice, values) !== undefined) return [];
  const by = named ? 'answers' : 'rehearsal';
  return decisionFacts(task, {
    choice,
    ...(values === undefined ? {} : { values }),
    ...(comment === undefined ? {} : { comment }),
    by,
    via: by,
  });
}
