/** What a person may send for a task, and what is still missing. Pure, so that keys, buttons and tests agree. */
import { type Json, jsonEquals } from '../../shared/base/json';
import type { TaskInfo } from '../../shared/events/event';
import { checkValue, type Miss } from '../forms/check';
import { type Schemas, startValue } from '../forms/json-schema';
import { t } from '../i18n/t';

export type Task = Omit<TaskInfo, 'runId'> & { readonly runId: string };

/** Choices that say no to the proposal: its values do not matter then. */
const WITHOUT_VALUES: ReadonlySet<string> = new Set([
  'rejected',
  'stop',
  'abandon',
  'not_happened',
  'expired',
]);

export interface Draft {
  readonly values: Json | undefined;
  readonly comment: string;
  /** A choice was tried: what is missing is shown from then on. */
  readonly tried: boolean;
  readonly misses: readonly Miss[];
  /** What the main side said that belongs to no field. */
  readonly refusal: string | undefined;
}

export function startDraft(task: Task, schemas: Schemas = {}): Draft {
  const proposed = task.proposed ?? (task.form === undefined ? undefined : startValue(task.form, schemas));
  return { values: proposed, comment: '', tried: false, misses: [], refusal: undefined };
}

/** The values of a plan task are the plan: shown and not edited field by field unless it has a form. */
export function isEdited(task: Task, draft: Draft): boolean {
  return draft.values !== undefined && !jsonEquals(draft.values, task.proposed);
}

export function missesFor(task: Task, draft: Draft, choice: string, schemas: Schemas = {}): readonly Miss[] {
  if (WITHOUT_VALUES.has(choice) || task.form === undefined) return [];
  return checkValue(task.form, draft.values ?? {}, schemas);
}

/** What is sent: values only when they count and say more than "as proposed". */
export function decisionOf(
  task: Task,
  draft: Draft,
  choice: string,
): { choice: string; values?: Json; comment?: string } {
  const comment = draft.comment.trim();
  const counts =
    !WITHOUT_VALUES.has(choice) &&
    (isEdited(task, draft) || (task.type === 'uncertain' && draft.values !== undefined));
  return {
    choice,
    ...(counts && draft.values !== undefined ? { values: draft.values } : {}),
    ...(comment === '' ? {} : { comment }),
  };
}

/** The choice the key A stands for, and the one of R. A result that only a person knows has no key. */
export function quickChoice(task: Pick<Task, 'choices'>, key: 'approve' | 'reject'): string | undefined {
  const ports = key === 'approve' ? ['approved', 'raise'] : ['rejected', 'stop'];
  return task.choices.find((choice) => ports.includes(choice.port))?.port;
}

const OWN_LABELS = {
  Approve: 'inbox.choice.approve',
  Reject: 'inbox.choice.reject',
  Submit: 'inbox.choice.submit',
} as const;

/** The label of a choice: in the language of the window where the flow gave none of its own. */
export function choiceLabel({ port, label }: Task['choices'][number]): string {
  if (port !== 'approved' && port !== 'rejected') return label;
  return Object.hasOwn(OWN_LABELS, label) ? t(OWN_LABELS[label as keyof typeof OWN_LABELS]) : label; // it is one of its keys
}

/** Deadlines first, the nearest at the top; then the oldest. */
export function byUrgency(
  a: Pick<TaskInfo, 'askedAt' | 'deadlineAt'>,
  b: Pick<TaskInfo, 'askedAt' | 'deadlineAt'>,
): number {
  const left = a.deadlineAt ?? Number.POSITIVE_INFINITY;
  const right = b.deadlineAt ?? Number.POSITIVE_INFINITY;
  return left === right ? a.askedAt - b.askedAt : left - right;
}

export function taskKey(task: Pick<TaskInfo, 'runId' | 'task'>): string {
  return `${task.runId} ${task.task}`;
}

/** Evidence labels are the expressions they came from: `steps.resolve.reply` reads as "Resolve › reply". */
export function evidenceTitle(label: string, nameOfNode: (id: string) => string): string {
  const [, root, ...rest] = /^(input|steps|context|handoff|item|error)\b/.exec(label)
    ? [label, ...label.split('.')]
    : [];
  if (root === undefined || !/^[\w.]+$/.test(label)) return label;
  if (root === 'steps' && rest[0] !== undefined) return [nameOfNode(rest[0]), ...rest.slice(1)].join(' › ');
  return rest.length === 0 ? root : rest.join(' › ');
}
