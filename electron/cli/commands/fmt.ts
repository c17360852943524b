import { AppError } from '../../../shared/base/app-error';
import { serializeFlow } from '../../../shared/spec/canonical';
import type { Command } from '../command';
import { JSON_OPTION } from '../command';
import { EXIT, UnreadableError, usage } from '../exit-code';
import { writeFile } from '../files';
import { exitOfRefusal, readFlowFile } from '../flow-file';

export const fmt: Command = {
  name: 'fmt',
  about: 'writes a flow in its canonical form, migrated to the current format',
  operands: '<flow.json>',
  atLeast: 1,
  atMost: 1,
  options: [
    {
      name: 'output',
      short: 'o',
      value: 'file',
      about: 'write there instead of in place; - for standard output',
    },
    { name: 'check', about: 'write nothing; end with 1 when the file is not in canonical form' },
    JSON_OPTION,
  ],
  example: 'baton fmt flow.json --check',
  run: async ({ args, host, out }) => {
    const file = args.operand(0);
    const target = args.value('output') ?? file;
    if (args.has('check') && args.has('output')) throw usage('--check and --output cannot be used together.');
    const { bytes, loaded, bundle } = readFlowFile(file, host.cwd);
    if (bundle)
      throw usage(`${file} is a bundle. Take the flow out first: baton import ${file} -o flow.json`);
    if (!loaded.document) {
      const { code = 'spec/invalid', message = '' } = loaded.refusal ?? {};
      const Refusal = exitOfRefusal(loaded) === EXIT.usage ? UnreadableError : AppError;
      throw new Refusal(code, `${file}: ${message}`, { details: { file } });
    }
    const text = serializeFlow(loaded.document);
    const isSame = Buffer.from(text, 'utf8').equals(bytes);
    if (args.has('check')) {
      if (out.isJson) out.json({ file, canonical: isSame });
      else
        out.line(
          isSame
            ? `${out.paint('green', '✓ canonical')}  ${file}`
            : `${out.paint('red', '✗ not canonical')}  ${file}`,
        );
      return isSame ? EXIT.ok : EXIT.failed;
    }
    if (target === '-') {
      out.raw(text);
      return EXIT.ok;
    }
    if (!isSame || target !== file) writeFile(target, host.cwd, text);
    if (out.isJson) out.json({ file: target, changed: !isSame });
    else out.line(`${isSame ? 'unchanged' : 'written'}  ${target}`);
    return EXIT.ok;
  },
};
