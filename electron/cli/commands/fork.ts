import type { Json } from '../../../shared/base/json';
import type { Command, CommandContext } from '../command';
import { DB_OPTION, JSON_OPTION } from '../command';
import { openDatabase, pureLibraries, realExecutors } from '../compose';
import { drive } from '../drive';
import { usage } from '../exit-code';
import { parseJson } from '../files';
import { readValidFlow } from '../flow-file';
import { oneLine } from '../output';
import { ANSWERS_OPTION, GRANT_OPTIONS, readAnswers, readGrants, WAIT_OPTION } from '../run-options';
import { folderOfGrants, requireRun } from '../runs';
import { openSecrets } from '../secrets';
import { plural } from '../words';

export const fork: Command = {
  name: 'fork',
  about: 'starts a new run from a point of an old one; what came before is reused, not repeated',
  operands: '<run-id>',
  atLeast: 1,
  atMost: 1,
  options: [
    { name: 'at', value: 'seq or step', about: 'after this event, or just before this step' },
    DB_OPTION,
    {
      name: 'set',
      value: 'context.field=JSON or steps.node=JSON',
      many: true,
      about: 'change a value first',
    },
    { name: 'flow', value: 'flow.json', about: 'go on with this flow' },
    { name: 'run-id', value: 'id', about: 'name of the new run' },
    ANSWERS_OPTION,
    WAIT_OPTION,
    ...GRANT_OPTIONS,
    JSON_OPTION,
  ],
  example: 'baton fork 0191f2 --at resolve --set context.category=\'"technical"\' --db runs.db',
  run: forkRun,
};

async function forkRun(context: CommandContext): Promise<number> {
  const { args, host, out } = context;
  const at = pointOf(args.value('at'));
  const changes = readChanges(args.values('set'));
  const other = args.value('flow');
  const edited = other === undefined ? undefined : readValidFlow(other, host.cwd, pureLibraries());
  const answers = readAnswers(args, host.cwd);
  const store = await openDatabase(args.value('db'), host.cwd, 'owner');
  try {
    const { runId } = requireRun(store, args.operand(0));
    const grants = readGrants(context, folderOfGrants(store, runId) ?? host.cwd);
    const newRunId = args.value('run-id');
    const real = await realExecutors();
    return await drive(context, {
      store,
      executors: real,
      secrets: openSecrets(host.env, args.value('secrets'), host.cwd),
      wait: args.has('wait'),
      begin: (runtime) => {
        const preview = runtime.forkPreview(runId, at);
        const forked = runtime.fork({
          runId,
          at,
          by: host.user,
          ...changes,
          ...(edited ? { flow: edited.flow, semanticHash: edited.semanticHash } : {}),
          ...(newRunId === undefined ? {} : { newRunId }),
          ...(answers ? { answers } : {}),
          ...(grants ? { grants } : {}),
        });
        // Nothing is called before this turn of the event loop is over: it is still said beforehand.
        out.note(`${plural(preview.reused.length, 'step')} reused.`);
        for (const effect of preview.effectsAgain)
          out.note(`  happens again: ${oneLine(effect.tool)} at ${effect.step} (${effect.effect})`);
        return forked;
      },
      end: () => real.close(),
    });
  } finally {
    store.close();
  }
}

function pointOf(text: string | undefined): number | string {
  if (text === undefined || text === '')
    throw usage('Where does the fork begin? Give --at with the number of an event or a step.');
  return /^\d+$/.test(text) ? Number(text) : text;
}

interface Changes {
  readonly context?: Readonly<Record<string, Json>>;
  readonly steps?: Readonly<Record<string, Json>>;
}

/** `context.field=JSON`, `steps.node=JSON`. */
export function readChanges(given: readonly string[]): Changes {
  const context: Record<string, Json> = {};
  const steps: Record<string, Json> = {};
  for (const text of given) {
    const match = /^(context|steps)\.([^=]+)=(.*)$/s.exec(text);
    if (!match) throw usage(`--set must be context.<field>=<JSON> or steps.<node>=<JSON>, not "${text}".`);
    const [, where, name = '', value = ''] = match;
    const into = where === 'context' ? context : steps;
    into[name] = parseJson(value, `the value of --set ${where}.${name}`);
  }
  return {
    ...(Object.keys(context).length > 0 ? { context } : {}),
    ...(Object.keys(steps).length > 0 ? { steps } : {}),
  };
}
