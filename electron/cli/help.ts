/** The text of `--help`. */
import type { Command } from './command';

export function helpOf(command: Command): string {
  const lines = [`baton ${command.name}: ${command.about}`, '', `Usage: ${usageLine(command)}`];
  if (command.more !== undefined) lines.push('', command.more);
  lines.push(
    '',
    'Options:',
    ...columns([...command.options.map(optionRow), ['-h, --help', 'show this help']]),
  );
  lines.push('', 'Example:', `  ${command.example}`);
  return `${lines.join('\n')}\n`;
}

function usageLine(command: Command): string {
  return ['baton', command.name, command.operands, '[options]'].filter((part) => part !== '').join(' ');
}

function optionRow(option: Command['options'][number]): [string, string] {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  const value = option.value === undefined ? '' : ` <${option.value}>`;
  return [
    `${short}--${option.name}${value}`,
    option.many ? `${option.about} (may be repeated)` : option.about,
  ];
}

export function overview(commands: readonly Command[], version: string): string {
  const lines = [
    `baton ${version}: rehearses, runs and checks agent workflows. The same engine as the app, without the window.`,
    '',
    'Usage: baton <command> [options]',
    '',
    'Commands:',
    ...columns(commands.map((command) => [command.name, command.about])),
    '',
    'Exit codes: 0 completed, valid, equal, passed; 1 failed, invalid, different; 2 wrong usage or unreadable input;',
    '            3 waits for a person; 4 paused; 130 interrupted (the run can be resumed).',
    '',
    'Help on one command: baton <command> --help',
    'Example:',
    '  baton run flow.json --input \'{"ticket":"I was charged twice"}\' --rehearse',
  ];
  return `${lines.join('\n')}\n`;
}

/** Two columns, the second aligned. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
