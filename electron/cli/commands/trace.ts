import { traceJson } from '../../../shared/events/trace-json';
import { readRun } from '../../runtime/export/run-record';
import type { Command } from '../command';
import { DB_OPTION, JSON_OPTION } from '../command';
import { openDatabase } from '../compose';
import { EXIT } from '../exit-code';
import { requireRun } from '../runs';
import { printTrace } from '../trace-text';

export const trace: Command = {
  name: 'trace',
  about: 'prints what happened in a run, step by step',
  operands: '<run-id>',
  atLeast: 1,
  atMost: 1,
  options: [DB_OPTION, JSON_OPTION],
  example: 'baton trace 0191f2 --db runs.db',
  run: async ({ args, host, out }) => {
    const store = await openDatabase(args.value('db'), host.cwd, 'reader');
    try {
      const { runId } = requireRun(store, args.operand(0));
      const record = readRun(store, runId);
      if (out.isJson) out.json(traceJson(record.trace, record.run));
      else printTrace(out, record.trace, record.run.flowName);
      return EXIT.ok;
    } finally {
      store.close();
    }
  },
};
