import { isoTime } from '../../../shared/base/iso-time';
import type { Json } from '../../../shared/base/json';
import { deadLetterJson } from '../../../shared/events/trace-json';
import { readRun } from '../../runtime/export/run-record';
import type { Command, CommandContext } from '../command';
import { DB_OPTION, JSON_OPTION } from '../command';
import { createEngine, NO_CALLS, openDatabase, type OpenedDatabase, realExecutors } from '../compose';
import { drive } from '../drive';
import { EXIT, usage } from '../exit-code';
import { fileOrJson } from '../files';
import { oneLine, plain } from '../output';
import { GRANT_OPTIONS, WAIT_OPTION } from '../run-options';
import { requireRun, withDatabase } from '../runs';
import { openSecrets } from '../secrets';
import { AppError } from '../../../shared/base/app-error';

export const deadletters: Command = {
  name: 'deadletters',
  about: 'lists what gave up, shows one, runs it again or puts it away',
  operands: '[run-id] [step]',
  atLeast: 0,
  atMost: 2,
  options: [
    DB_OPTION,
    { name: 'all', about: 'also those that are closed' },
    { name: 'rerun', about: 'run the step again in a fork of its run' },
    { name: 'context', value: 'file or JSON', about: 'with --rerun: context fields to set first' },
    { name: 'dismiss', about: 'close it without running it again' },
    WAIT_OPTION,
    ...GRANT_OPTIONS,
    JSON_OPTION,
  ],
  example: 'baton deadletters 0191f2 pay --rerun --db runs.db',
  run: async (context) => {
    const { args, host } = context;
    const acts = args.has('rerun') || args.has('dismiss');
    if (args.has('rerun') && args.has('dismiss'))
      throw usage('--rerun and --dismiss cannot be used together.');
    if (acts && args.operands.length < 2)
      throw usage('Say which dead letter: baton deadletters <run-id> <step> --rerun');
    const store = await openDatabase(args.value('db'), host.cwd, acts ? 'owner' : 'reader');
    try {
      const [runId, step] = args.operands;
      if (runId !== undefined) requireRun(store, runId);
      if (runId === undefined || step === undefined) return list(context, store, runId);
      requireLetter(store, runId, step);
      if (args.has('rerun')) return await rerun(context, store, runId, step);
      if (args.has('dismiss')) return await dismiss(context, store, runId, step);
      return show(context, store, runId, step);
    } finally {
      store.close();
    }
  },
};

function list({ args, out }: CommandContext, store: OpenedDatabase, runId: string | undefined): number {
  const letters = store
    .deadLetters(runId)
    .filter((letter) => args.has('all') || letter.closedBy === undefined);
  if (out.isJson) out.json({ deadLetters: letters.map(deadLetterJson) });
  else if (letters.length === 0) out.note('No dead letters.');
  for (const letter of out.isJson ? [] : letters) {
    const closed = letter.closedBy === undefined ? '' : `  closed by ${oneLine(letter.closedBy)}`;
    out.line(
      `${letter.runId}  ${letter.step}  ${out.paint('red', letter.kind)} ${letter.code}: ${oneLine(letter.message, 200)}  ${isoTime(letter.at)}${closed}`,
    );
  }
  return EXIT.ok;
}

function requireLetter(store: OpenedDatabase, runId: string, step: string): void {
  const letters = store.deadLetters(runId);
  if (letters.some((letter) => letter.step === step)) return;
  const steps = letters.map((letter) => letter.step).join(', ');
  throw new AppError(
    'run/unknown',
    `Run ${runId} has no dead letter at ${step}.${steps === '' ? '' : ` It has: ${steps}.`}`,
    { details: { runId, step } },
  );
}

/** Everything needed to see why: the failure, its attempts, what had an effect, what it had been given. */
function show({ args, out }: CommandContext, store: OpenedDatabase, runId: string, stepKey: string): number {
  const { trace, masker } = readRun(store, runId);
  const letter = store.deadLetters(runId).find((candidate) => candidate.step === stepKey);
  const step = trace.steps.get(stepKey);
  const attempts = (step?.attempts ?? []).map(({ attempt, outcome, kind, code, message }) => ({
    attempt,
    outcome,
    kind,
    code,
    message,
  }));
  const effects = step?.failure?.effects ?? [];
  const shown = {
    ...(letter ? deadLetterJson(masker.json(letter)) : {}),
    attempts: JSON.parse(JSON.stringify(attempts)) as Json, // without the missing members
    effects: [...effects],
    reads: { ...step?.reads },
    via: step?.via ? { ...step.via } : null,
  };
  if (out.isJson) {
    out.json(shown);
    return EXIT.ok;
  }
  out.line(`${stepKey}  ${out.paint('red', letter?.kind ?? '')} ${letter?.code ?? ''}`);
  out.line(`  ${plain(masker.text(letter?.message ?? ''))}`);
  for (const attempt of attempts)
    out.line(
      `  attempt ${attempt.attempt}: ${attempt.outcome} ${attempt.kind ?? ''} ${oneLine(attempt.message ?? '', 200)}`,
    );
  for (const effect of effects) out.line(`  had an effect: ${oneLine(effect)}`);
  out.note(`Run it again with: baton deadletters ${runId} '${stepKey}' --rerun${withDatabase(args)}`);
  return EXIT.ok;
}

async function rerun(
  context: CommandContext,
  store: OpenedDatabase,
  runId: string,
  step: string,
): Promise<number> {
  const { args, host, out } = context;
  const given = args.value('context');
  const fields = given === undefined ? undefined : fileOrJson(given, host.cwd, 'context');
  if (fields !== undefined && (typeof fields !== 'object' || fields === null || Array.isArray(fields))) {
    throw usage('--context must be a JSON object of context fields.');
  }
  const real = await realExecutors();
  return drive(context, {
    store,
    executors: real,
    secrets: openSecrets(host.env, args.value('secrets'), host.cwd),
    wait: args.has('wait'),
    begin: (runtime) => {
      const forked = runtime.rerunDeadLetter(
        runId,
        step,
        host.user,
        fields as Readonly<Record<string, Json>> | undefined,
      ); // an object, see above
      out.note(`Running again as ${forked.runId}`);
      return forked;
    },
    end: () => real.close(),
  });
}

async function dismiss(
  { host, out }: CommandContext,
  store: OpenedDatabase,
  runId: string,
  step: string,
): Promise<number> {
  const runtime = await createEngine({ store, executors: NO_CALLS, secret: () => undefined });
  runtime.dismissDeadLetter(runId, step, host.user);
  await runtime.close();
  if (out.isJson) out.json({ runId, step, action: 'dismissed', by: host.user });
  else out.line(`Closed: ${step} of ${runId}`);
  return EXIT.ok;
}
