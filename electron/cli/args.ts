/** Reads the words after a command's name. Everything wrong is said with what was most likely meant. */
import { didYouMean } from './did-you-mean';
import type { Arguments, Command, OptionSpec } from './command';
import { usage } from './exit-code';

/** @throws AppError `usage/wrong`. */
export function parseArguments(command: Command, words: readonly string[]): Arguments {
  const operands: string[] = [];
  const values = new Map<string, string[]>();
  let onlyOperands = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string; // at is inside
    if (onlyOperands || word === '-' || !word.startsWith('-')) operands.push(word);
    else if (word === '--') onlyOperands = true;
    else at += readOption(command, word, words[at + 1], values);
  }
  checkOperands(command, operands);
  return argumentsOf(command, operands, values);
}

/** Returns how many of the following words it used. */
function readOption(
  command: Command,
  word: string,
  next: string | undefined,
  values: Map<string, string[]>,
): 0 | 1 {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word : word.slice(0, equals);
  const option = findOption(command, name);
  const given = values.get(option.name) ?? [];
  if (given.length > 0 && !option.many) throw usage(`--${option.name} is given twice.`, helpHint(command));
  if (option.value === undefined) {
    if (equals >= 0) throw usage(`--${option.name} takes no value.`, helpHint(command));
    values.set(option.name, ['']);
    return 0;
  }
  const value = equals < 0 ? next : word.slice(equals + 1);
  // A value may begin with a dash (a negative number, JSON); another option of this command may not be swallowed.
  if (value === undefined || (equals < 0 && isOption(command, value))) {
    throw usage(`--${option.name} needs a value: --${option.name} <${option.value}>.`, helpHint(command));
  }
  values.set(option.name, [...given, value]);
  return equals < 0 ? 1 : 0;
}

function findOption(command: Command, word: string): OptionSpec {
  const found = command.options.find(
    (option) => word === `--${option.name}` || (option.short && word === `-${option.short}`),
  );
  if (found) return found;
  const known = command.options.map((option) => `--${option.name}`);
  throw usage(`baton ${command.name} has no option ${word}.${didYouMean(word, known)}`, helpHint(command));
}

function isOption(command: Command, word: string): boolean {
  return command.options.some((option) => word.split('=')[0] === `--${option.name}`);
}

function checkOperands(command: Command, operands: readonly string[]): void {
  if (operands.length < command.atLeast)
    throw usage(`baton ${command.name} needs ${command.operands}.`, helpHint(command));
  const extra = operands[command.atMost];
  if (extra !== undefined)
    throw usage(`baton ${command.name} does not know what to do with "${extra}".`, helpHint(command));
}

function helpHint(command: Command): string {
  return `See: baton ${command.name} --help`;
}

function argumentsOf(
  command: Command,
  operands: readonly string[],
  values: ReadonlyMap<string, string[]>,
): Arguments {
  const of = (option: string): readonly string[] => {
    if (!command.options.some((known) => known.name === option))
      throw new Error(`${command.name} does not declare --${option}`);
    return values.get(option) ?? [];
  };
  return {
    operands,
    operand: (index) => operands[index] ?? '',
    has: (option) => of(option).length > 0,
    value: (option) => of(option)[0],
    values: of,
    integer: (option, least = 0) => {
      const text = of(option)[0];
      if (text === undefined) return undefined;
      const number = Number(text);
      if (text.trim() === '' || !Number.isSafeInteger(number) || number < least) {
        throw usage(
          `--${option} must be a whole number of at least ${least}, not "${text}".`,
          helpHint(command),
        );
      }
      return number;
    },
  };
}
