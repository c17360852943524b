/** Decisions nobody has to be asked for: an injected fault, an answers object, or what the rehearsal says. */
import { decisionFacts, decisionProblem, taskInfo } from '../../shared/engine/people';
import type { Task } from '../../shared/engine/state';
import type { NewEvent, TaskInfo } from '../../shared/events/event';
import type { Answers } from '../../shared/spec/parts';
import { faultAnswer, rehearsalAnswer } from './rehearsal';
import type { Session } from './session';

/** Who decided when no person did: the answers that name the task, else the rehearsal. */
export function answeredBy(
  info: Pick<TaskInfo, 'task' | 'step' | 'node'>,
  answers: Answers,
): 'answers' | 'rehearsal' {
  const keys = [info.task, info.step, info.node];
  return keys.some((key) => key !== undefined && Object.hasOwn(answers, key)) ? 'answers' : 'rehearsal';
}

/** The facts that answer a task; none when a person has to. */
export function answerFor(session: Session, task: Task): NewEvent[] {
  const { state, answers, flow, faults } = session;
  const info = taskInfo(state, task);
  const step = info.step === undefined ? undefined : state.steps.get(info.step);
  const options = { flow, answers, faults, visit: step?.runVisit ?? 1, seed: state.seed };
  const fault = faultAnswer(info, options);
  const by = fault ? 'fault' : answeredBy(info, answers);
  if (state.mode !== 'rehearsal' && by === 'rehearsal') return [];
  const answer = fault ?? rehearsalAnswer(info, options);
  if (!answer) return [];
  if ('expire' in answer) {
    const timer = `${task.id}:deadline`;
    return state.timers.has(timer) ? [{ type: 'timer.fired', data: { timer } }] : [];
  }
  const { choice, values, comment } = answer;
  // An answer that does not fit is left for a person to see: the task stays open.
  if (decisionProblem(state, task, choice, values) !== undefined) return [];
  return decisionFacts(task, {
    choice,
    ...(values === undefined ? {} : { values }),
    ...(comment === undefined ? {} : { comment }),
    by,
    via: by,
  });
}
