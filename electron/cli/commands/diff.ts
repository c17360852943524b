import { AppError } from '../../../shared/base/app-error';
import { diffFlows } from '../../../shared/spec/diff';
import type { Command } from '../command';
import { JSON_OPTION } from '../command';
import { EXIT, UnreadableError } from '../exit-code';
import { exitOfRefusal, readFlowFile } from '../flow-file';
import { oneLine, plain } from '../output';
import { plural } from '../words';

export const diff: Command = {
  name: 'diff',
  about: 'compares what two flows do; looks, names and rehearsal do not count',
  operands: '<a.json> <b.json>',
  atLeast: 2,
  atMost: 2,
  options: [JSON_OPTION],
  example: 'baton diff before.json after.json',
  run: async ({ args, host, out }) => {
    const [before, after] = args.operands.map((file) => documentOf(file, host.cwd));
    const { equal, changes } = diffFlows(before, after);
    if (out.isJson) out.json({ equal, changes });
    else if (equal) out.line(`${out.paint('green', '✓ equal')}  Both do the same.`);
    else {
      for (const change of changes) {
        const sign = {
          add: out.paint('green', '+ added'),
          remove: out.paint('red', '- removed'),
          replace: out.paint('yellow', '~ changed'),
        }[change.op];
        out.line(`${sign}  ${plain(change.pointer)}`);
        if (change.before !== undefined)
          out.line(`    before ${oneLine(JSON.stringify(change.before), 400)}`);
        if (change.after !== undefined) out.line(`    after  ${oneLine(JSON.stringify(change.after), 400)}`);
      }
      out.line(`${plural(changes.length, 'difference')}.`);
    }
    return equal ? EXIT.ok : EXIT.failed;
  },
};

function documentOf(file: string, cwd: string): unknown {
  const { loaded } = readFlowFile(file, cwd);
  if (loaded.document) return loaded.document;
  const { code = 'spec/invalid', message = '' } = loaded.refusal ?? {};
  const Refusal = exitOfRefusal(loaded) === EXIT.usage ? UnreadableError : AppError;
  throw new Refusal(code, `${file}: ${message}`, { details: { file } });
}
