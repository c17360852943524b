import { AppError } from '../../../shared/base/app-error';
import { serializeFlow } from '../../../shared/spec/canonical';
import { validateFlow } from '../../../shared/spec/validate';
import type { Command } from '../command';
import { JSON_OPTION } from '../command';
import { pureLibraries } from '../compose';
import { didYouMean } from '../did-you-mean';
import { EXIT, UnreadableError, usage } from '../exit-code';
import { writeFile } from '../files';
import { exitOfRefusal, type FlowFile, readFlowFile } from '../flow-file';
import { plain } from '../output';
import { plural } from '../words';

const FORMATS = ['baton', 'bundle'];

interface ReportEntry {
  readonly path: string;
  readonly what: string;
  readonly how: string;
}

export const importCommand: Command = {
  name: 'import',
  about: 'makes a flow file of something else, and says what became of each part',
  operands: '<file>',
  atLeast: 1,
  atMost: 1,
  options: [
    { name: 'from', value: 'format', about: `${FORMATS.join(' or ')} (default: what the file looks like)` },
    {
      name: 'output',
      short: 'o',
      value: 'flow.json',
      about: 'where to write it; - for standard output (default: <id>.json)',
    },
    JSON_OPTION,
  ],
  example: 'baton import support.baton.zip -o support.json',
  run: async ({ args, host, out }) => {
    const from = args.value('from');
    if (from !== undefined && !FORMATS.includes(from))
      throw usage(`"${from}" cannot be read.${didYouMean(from, FORMATS)} There are: ${FORMATS.join(', ')}.`);
    const file = args.operand(0);
    const found = readFlowFile(file, host.cwd);
    if (from === 'bundle' && !found.bundle) throw usage(`${file} is not a bundle.`);
    const document = documentOf(found);
    const text = serializeFlow(document);
    const report = reportOf(found, document);
    const given = args.value('output');
    const target = given ?? `${nameOf(document)}.json`;
    if (target === '-') out.raw(text);
    else writeFile(target, host.cwd, text);
    if (target !== '-' && out.isJson) out.json({ file: target, report });
    if (target !== '-' && !out.isJson) out.line(target);
    if (!out.isJson)
      for (const entry of report)
        out.note(`  ${plain(entry.path)}: ${plain(entry.what)}: ${plain(entry.how)}`);
    return EXIT.ok;
  },
};

function documentOf({ loaded, file }: FlowFile): Readonly<Record<string, unknown>> {
  if (loaded.document) return loaded.document;
  const { code = 'spec/invalid', message = '' } = loaded.refusal ?? {};
  const Refusal = exitOfRefusal(loaded) === EXIT.usage ? UnreadableError : AppError;
  throw new Refusal(code, `${file}: ${message}`, { details: { file } });
}

function nameOf(document: Readonly<Record<string, unknown>>): string {
  const id = document['id'];
  return typeof id === 'string' && /^[A-Za-z][A-Za-z0-9_-]*$/.test(id) ? id : 'flow';
}

function reportOf(found: FlowFile, document: Readonly<Record<string, unknown>>): ReportEntry[] {
  const entries: ReportEntry[] = found.loaded.migrations.map((title) => ({
    path: '/format',
    what: title,
    how: 'brought to the current format',
  }));
  const others = [...(found.bundle?.files.keys() ?? [])].filter(
    (path) => path !== 'flow.json' && path !== 'manifest.json',
  );
  for (const path of others) entries.push({ path, what: 'a file of the bundle', how: 'left in the bundle' });
  const errors = validateFlow(document, pureLibraries()).problems.filter(
    (problem) => problem.severity === 'error',
  );
  if (errors.length > 0)
    entries.push({
      path: '/',
      what: plural(errors.length, 'error'),
      how: 'kept as they are: see baton validate',
    });
  return entries;
}
