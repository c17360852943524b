import { auditRun } from '../../runtime/audit';
import { runMasker } from '../../runtime/export/masking';
import type { Command } from '../command';
import { DB_OPTION, JSON_OPTION } from '../command';
import { createEngine, NO_CALLS, openDatabase, pureLibraries } from '../compose';
import { EXIT } from '../exit-code';
import { readValidFlow } from '../flow-file';
import { oneLine } from '../output';
import { requireRun } from '../runs';
import { plural } from '../words';

export const replay: Command = {
  name: 'replay',
  about: 'checks a recorded run by deriving it again; with --flow, asks what an edited flow would do',
  operands: '<run-id>',
  atLeast: 1,
  atMost: 1,
  options: [
    DB_OPTION,
    { name: 'flow', value: 'flow.json', about: 'play the record against this flow' },
    JSON_OPTION,
  ],
  example: 'baton replay 0191f2 --flow edited.json --db runs.db',
  more: 'Nothing is called. Ends with 0 when every event is as it was recorded and every consequence is derived again, with 1 at the first difference.',
  run: async ({ args, host, out }) => {
    const other = args.value('flow');
    const flow = other === undefined ? undefined : readValidFlow(other, host.cwd, pureLibraries()).flow;
    const store = await openDatabase(args.value('db'), host.cwd, 'reader');
    try {
      const { runId } = requireRun(store, args.operand(0));
      const runtime = await createEngine({ store, executors: NO_CALLS, secret: () => undefined });
      const { masker } = runMasker(store.flow(runId), store.events(runId));
      const report = masker.json(auditRun(store, runtime, runId, flow));
      await runtime.close();
      if (out.isJson) out.json(report);
      else {
        const isSame = report.verdict === 'identical';
        out.line(
          `${isSame ? out.paint('green', '✓ identical') : out.paint('red', '✗ different')}  ${plural(report.events, 'event')}`,
        );
        const difference = report.firstDifference;
        if (difference) {
          out.line(
            `First difference at event ${difference.seq}${difference.step === null ? '' : `, step ${difference.step}`}:`,
          );
          if (difference.reason !== undefined) out.line(`  ${difference.reason}`);
          out.line(`  recorded ${oneLine(JSON.stringify(difference.recorded), 2000)}`);
          out.line(`  derived  ${oneLine(JSON.stringify(difference.derived), 2000)}`);
        }
        if (report.reused !== undefined) out.line(`${plural(report.reused, 'step')} reused`);
        for (const step of report.wouldRunAgain ?? []) out.line(`  would run again: ${step}`);
      }
      return report.verdict === 'identical' ? EXIT.ok : EXIT.failed;
    } finally {
      store.close();
    }
  },
};
