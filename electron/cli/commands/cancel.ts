import { AppError } from '../../../shared/base/app-error';
import type { Command } from '../command';
import { DB_OPTION, JSON_OPTION } from '../command';
import { openDatabase, realExecutors } from '../compose';
import { drive } from '../drive';
import { EXIT } from '../exit-code';
import { GRANT_OPTIONS, readGrants } from '../run-options';
import { folderOfGrants, isEnded, requireRun } from '../runs';
import { openSecrets } from '../secrets';

export const cancel: Command = {
  name: 'cancel',
  about: 'cancels a run',
  operands: '<run-id>',
  atLeast: 1,
  atMost: 1,
  options: [
    DB_OPTION,
    { name: 'compensate', about: 'undo what was done, in reverse order' },
    ...GRANT_OPTIONS,
    JSON_OPTION,
  ],
  example: 'baton cancel 0191f2 --compensate --db runs.db',
  more: 'Ends with 0 when the run was cancelled. When another process owns the database, it is told to cancel.',
  run: async (context) => {
    const { args, host, out } = context;
    const runId = args.operand(0);
    const compensate = args.has('compensate');
    const store = await openDatabase(args.value('db'), host.cwd, 'auto');
    try {
      const run = requireRun(store, runId);
      if (isEnded(run))
        throw new AppError('run/finished', `Run ${runId} has ended (${run.status}); nothing was changed.`);
      if (store.mode === 'reader') {
        store.postMail({ runId, kind: 'cancel', data: { compensate, by: host.user }, at: host.now() });
        if (out.isJson) out.json({ runId, requested: true });
        else out.line(`The process that owns this database was asked to cancel ${runId}.`);
        return EXIT.ok;
      }
      const grants = readGrants(context, folderOfGrants(store, runId) ?? host.cwd);
      const real = await realExecutors();
      const code = await drive(context, {
        store,
        executors: real,
        secrets: openSecrets(host.env, args.value('secrets'), host.cwd),
        wait: false,
        begin: (runtime) => {
          runtime.recover(runId, grants ? { grants } : {});
          runtime.cancel(runId, compensate, host.user);
          return { runId };
        },
        end: () => real.close(),
      });
      return code === EXIT.failed ? EXIT.ok : code;
    } finally {
      store.close();
    }
  },
};
