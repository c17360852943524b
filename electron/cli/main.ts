/** Finds the command, reads its arguments, runs it, and turns whatever went wrong into a sentence and an exit code. */
import { version } from '../../package.json';
import { AppError, serializeError } from '../../shared/base/app-error';
import { parseArguments } from './args';
import type { Command, Host } from './command';
import { cancel } from './commands/cancel';
import { deadletters } from './commands/deadletters';
import { decide } from './commands/decide';
import { diff } from './commands/diff';
import { exportCommand } from './commands/export';
import { fmt } from './commands/fmt';
import { fork } from './commands/fork';
import { importCommand } from './commands/import';
import { lint } from './commands/lint';
import { replay } from './commands/replay';
import { resume } from './commands/resume';
import { run } from './commands/run';
import { runs } from './commands/runs';
import { schema } from './commands/schema';
import { simulate } from './commands/simulate';
import { test } from './commands/test';
import { trace } from './commands/trace';
import { validate } from './commands/validate';
import { didYouMean } from './did-you-mean';
import { EXIT, exitCodeOf, usage } from './exit-code';
import { helpOf, overview } from './help';
import { createOutput, type Output, type Sink } from './output';

export const COMMANDS: readonly Command[] = [
  validate,
  lint,
  run,
  resume,
  decide,
  cancel,
  deadletters,
  runs,
  trace,
  replay,
  fork,
  simulate,
  test,
  exportCommand,
  importCommand,
  diff,
  fmt,
  schema,
];

export interface Streams {
  readonly stdout: Sink;
  readonly stderr: Sink;
}

/** Returns the exit code. Throws for bugs only. */
export async function main(words: readonly string[], host: Host, streams: Streams): Promise<number> {
  const out = createOutput(streams.stdout, streams.stderr, host.env, wantsJson(words));
  try {
    return await dispatch(words, host, out);
  } catch (error) {
    out.error(serializeError(error));
    if (!(error instanceof AppError) && host.env['BATON_DEBUG'] && error instanceof Error)
      out.note(error.stack ?? '');
    return exitCodeOf(error);
  }
}

/** Known before the arguments are read, so that their faults are told as JSON too. */
function wantsJson(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end < 0 ? undefined : end).includes('--json');
}

async function dispatch(words: readonly string[], host: Host, out: Output): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined) {
    out.note(overview(COMMANDS, version).trimEnd());
    return EXIT.usage;
  }
  if (name === '--version' || name === '-V') {
    out.line(version);
    return EXIT.ok;
  }
  if (name === '--help' || name === '-h' || name === 'help') return help(rest, out);
  const command = find(name);
  const end = rest.indexOf('--');
  if (rest.slice(0, end < 0 ? undefined : end).some((word) => word === '--help' || word === '-h'))
    return help([name], out);
  return command.run({ args: parseArguments(command, rest), out, host });
}

function find(name: string): Command {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command) return command;
  const names = COMMANDS.map((candidate) => candidate.name);
  if (name.startsWith('-'))
    throw usage(`Name the command first: baton <command> ${name}.`, 'See: baton --help');
  throw usage(`There is no command "${name}".${didYouMean(name, names)}`, 'See: baton --help');
}

function help([name]: readonly string[], out: Output): number {
  out.raw(name === undefined ? overview(COMMANDS, version) : helpOf(find(name)));
  return EXIT.ok;
}
