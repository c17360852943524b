import { AppError } from '../../../shared/base/app-error';
import { isoTime } from '../../../shared/base/iso-time';
import type { Json } from '../../../shared/base/json';
import type { TaskInfo } from '../../../shared/events/event';
import { taskJson } from '../../../shared/events/trace-json';
import { runMasker } from '../../runtime/export/masking';
import type { DecisionInput } from '../../runtime/api';
import { checkDecision, recordDecision } from '../../runtime/record-decision';
import type { Command, CommandContext } from '../command';
import { DB_OPTION, JSON_OPTION } from '../command';
import { openDatabase, type OpenedDatabase, pureLibraries } from '../compose';
import { EXIT, usage } from '../exit-code';
import { fileOrJson } from '../files';
import { oneLine, plain } from '../output';
import { requireRun, withDatabase } from '../runs';

export const decide: Command = {
  name: 'decide',
  about: 'records the answer to a human checkpoint, or lists what waits',
  operands: '<run-id> [task]',
  atLeast: 1,
  atMost: 2,
  options: [
    DB_OPTION,
    {
      name: 'choice',
      value: 'port',
      about: 'approved, rejected, a choice of the checkpoint; raise, stop, happened, not_happened, abandon',
    },
    { name: 'values', value: 'file or JSON', about: 'the filled-in form (default: as proposed)' },
    { name: 'comment', value: 'text', about: 'why' },
    { name: 'by', value: 'name', about: 'who decides (default: the user of this machine)' },
    JSON_OPTION,
  ],
  example: 'baton decide 0191f2 approve --choice approved --values \'{"amount": 50}\' --db runs.db',
  more: 'It records only; the run goes on with: baton resume <run-id>. Without a task and without --choice it lists what waits.',
  run: async (context) => {
    const { args, host } = context;
    const wantsList = args.operands.length === 1 && !args.has('choice');
    const store = await openDatabase(args.value('db'), host.cwd, wantsList ? 'reader' : 'auto');
    try {
      const { runId } = requireRun(store, args.operand(0));
      if (wantsList) listTasks(context, store, runId);
      else decideTask(context, store, runId);
      return EXIT.ok;
    } finally {
      store.close();
    }
  },
};

function listTasks({ out }: CommandContext, store: OpenedDatabase, runId: string): void {
  const { masker } = runMasker(store.flow(runId), store.events(runId));
  const tasks = store.tasks(runId).map((task) => masker.json(task));
  if (out.isJson) return out.json({ tasks: tasks.map(taskJson) });
  if (tasks.length === 0) out.note(`Nothing waits in run ${runId}.`);
  for (const task of tasks) printTask(out, task);
}

function printTask(out: CommandContext['out'], task: TaskInfo): void {
  out.line(`${out.paint('bold', oneLine(task.task))}  ${task.type}  ${oneLine(task.title)}`);
  if (task.body !== undefined) out.line(`  ${plain(task.body).replaceAll('\n', '\n  ')}`);
  for (const { label, value } of task.evidence)
    out.line(`  ${oneLine(label)}: ${oneLine(JSON.stringify(value), 400)}`);
  if (task.proposed !== undefined) out.line(`  proposed: ${oneLine(JSON.stringify(task.proposed), 400)}`);
  if (task.assignee !== undefined) out.line(`  for: ${oneLine(task.assignee)}`);
  if (task.deadlineAt !== undefined)
    out.line(`  until ${isoTime(task.deadlineAt)}, then ${task.onDeadline ?? 'expired'}`);
  out.line(
    `  choices: ${task.choices.map((choice) => `${choice.port} (${oneLine(choice.label)})`).join(', ')}`,
  );
}

function decideTask({ args, host, out }: CommandContext, store: OpenedDatabase, runId: string): void {
  const choice = args.value('choice');
  const task = args.operands[1] ?? onlyTask(store, runId);
  if (choice === undefined)
    throw usage(
      'What is decided? Give --choice.',
      `See what waits with: baton decide ${runId}${withDatabase(args)}`,
    );
  const values =
    args.value('values') === undefined
      ? undefined
      : fileOrJson(args.value('values') ?? '', host.cwd, 'values');
  const comment = args.value('comment');
  const by = args.value('by') ?? host.user;
  const extra = {
    ...(values === undefined ? {} : { values }),
    ...(comment === undefined ? {} : { comment }),
  };
  const decision = { runId, task, choice, ...extra, by, via: 'cli' };
  const isOwner = store.mode === 'owner';
  const at = isOwner
    ? recordDecision(store, pureLibraries(), decision, host.now())
    : postDecision(store, decision, host.now());
  const recorded: Record<string, Json> = {
    runId,
    task,
    choice,
    values: values ?? proposedOf(store, runId, task),
    by,
    at: isoTime(at),
  };
  if (out.isJson) return out.json(recorded);
  out.line(`Recorded: ${oneLine(task)} ${oneLine(choice)} by ${oneLine(by)}`);
  out.note(
    isOwner
      ? `Go on with: baton resume ${runId}${withDatabase(args)}`
      : 'The process that owns this database takes it from its mailbox.',
  );
}

/** What was decided when no values were given: what was proposed, as it may be shown. */
function proposedOf(store: OpenedDatabase, runId: string, task: string): Json {
  const events = store.events(runId);
  const asked = events.findLast((event) => event.type === 'human.asked' && event.data.task === task);
  const proposed = asked?.type === 'human.asked' ? asked.data.proposed : undefined;
  return proposed === undefined ? null : runMasker(store.flow(runId), events).masker.json(proposed);
}

/** With one task open there is nothing to choose. */
function onlyTask(store: OpenedDatabase, runId: string): string {
  const open = store.tasks(runId);
  const [first] = open;
  if (first && open.length === 1) return first.task;
  const message =
    open.length === 0
      ? `Nothing waits in run ${runId}.`
      : `${open.length} tasks wait in run ${runId}: ${open.map((task) => task.task).join(', ')}. Say which.`;
  throw new AppError('task/unknown', message, { details: { open: open.map((task) => task.task) } });
}

/** The owner checks it again: it is the one to say which of two decisions came first. */
function postDecision(store: OpenedDatabase, decision: DecisionInput, now: number): number {
  checkDecision(store, pureLibraries(), decision, now);
  const { runId, task, choice, values, comment, by } = decision;
  const data = {
    task,
    choice,
    ...(values === undefined ? {} : { values }),
    ...(comment === undefined ? {} : { comment }),
    by,
  };
  store.postMail({ runId, kind: 'decide', data, at: now });
  return now;
}
