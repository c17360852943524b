import type { CommandContext, Command } from '../command';
import { DB_OPTION, JSON_OPTION } from '../command';
import { AppError } from '../../../shared/base/app-error';
import { openDatabase, realExecutors } from '../compose';
import { drive } from '../drive';
import { readMail } from '../../runtime/service/mailbox';
import { ANSWERS_OPTION, GRANT_OPTIONS, readAnswers, readGrants, WAIT_OPTION } from '../run-options';
import { folderOfGrants, isEnded, requireRun, withDatabase } from '../runs';
import { openSecrets } from '../secrets';

export const resume: Command = {
  name: 'resume',
  about: 'goes on with a run after a crash, a pause or a decision',
  operands: '<run-id>',
  atLeast: 1,
  atMost: 1,
  options: [DB_OPTION, ANSWERS_OPTION, WAIT_OPTION, ...GRANT_OPTIONS, JSON_OPTION],
  example: 'baton resume 0191f2 --db runs.db',
  run: resumeRun,
};

async function resumeRun(context: CommandContext): Promise<number> {
  const { args, host, out } = context;
  const runId = args.operand(0);
  const answers = readAnswers(args, host.cwd);
  const store = await openDatabase(args.value('db'), host.cwd, 'owner');
  try {
    const run = requireRun(store, runId);
    if (isEnded(run)) {
      throw new AppError(
        'run/finished',
        `Run ${runId} has ended (${run.status}). To try again from a point of it: baton fork ${runId} --at <step>${withDatabase(args)}`,
      );
    }
    // What was allowed when the run was started still holds; flags of this command replace it.
    const grants = readGrants(context, folderOfGrants(store, runId) ?? host.cwd);
    const real = await realExecutors();
    return await drive(context, {
      store,
      executors: real,
      secrets: openSecrets(host.env, args.value('secrets'), host.cwd),
      wait: args.has('wait'),
      begin: (runtime) => {
        runtime.recover(runId, { ...(answers ? { answers } : {}), ...(grants ? { grants } : {}) });
        return { runId };
      },
      onDriven: (runtime) => {
        readMail(store, runtime, (trouble) => out.note(trouble));
        const now = store.run(runId);
        if (now?.status === 'paused' && now.reason !== 'budget') runtime.resume(runId, host.user);
      },
      end: () => real.close(),
    });
  } finally {
    store.close();
  }
}
