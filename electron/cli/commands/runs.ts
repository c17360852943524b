import { isoTime } from '../../../shared/base/iso-time';
import { runJson } from '../../../shared/events/trace-json';
import type { Command } from '../command';
import { DB_OPTION, JSON_OPTION } from '../command';
import { openDatabase } from '../compose';
import { EXIT, usage } from '../exit-code';
import { oneLine } from '../output';
import { costWords, joined, plural, statusWords, timeWords } from '../words';

const STATUSES = ['running', 'waiting', 'paused', 'compensating', 'completed', 'failed', 'cancelled'];

export const runs: Command = {
  name: 'runs',
  about: 'lists the runs of a database, the newest first',
  operands: '',
  atLeast: 0,
  atMost: 0,
  options: [
    DB_OPTION,
    { name: 'status', value: 'status', many: true, about: `only runs that are: ${STATUSES.join(', ')}` },
    { name: 'flow', value: 'flow id', about: 'only runs of this flow' },
    { name: 'limit', value: 'number', about: 'at most so many (default: 50)' },
    JSON_OPTION,
  ],
  example: 'baton runs --db runs.db --status waiting',
  run: async ({ args, host, out }) => {
    const status = args.values('status');
    const wrong = status.find((word) => !STATUSES.includes(word));
    if (wrong !== undefined)
      throw usage(`"${wrong}" is no status of a run. It is one of: ${STATUSES.join(', ')}.`);
    const limit = args.integer('limit', 1) ?? 50;
    const flowId = args.value('flow');
    const store = await openDatabase(args.value('db'), host.cwd, 'reader');
    try {
      const found = store.runs({
        limit,
        ...(status.length > 0 ? { status } : {}),
        ...(flowId === undefined ? {} : { flowId }),
      });
      if (out.isJson) out.json({ runs: found.map(runJson) });
      else if (found.length === 0) out.note('No runs.');
      for (const run of out.isJson ? [] : found) {
        const waiting = run.waiting > 0 ? `${plural(run.waiting, 'person', 'people')} asked` : '';
        const facts = joined([
          isoTime(run.startedAt),
          timeWords(run.startedAt, run.endedAt),
          costWords(run.usage),
          waiting,
          run.mode === 'live' ? '' : run.mode,
        ]);
        out.line(
          `${run.runId}  ${statusWords(out, run.status)}${run.reason === undefined ? '' : ` (${run.reason})`}  ${oneLine(run.flowName, 40)} ${run.flowVersion}  ${out.paint('dim', facts)}`,
        );
      }
      return EXIT.ok;
    } finally {
      store.close();
    }
  },
};
