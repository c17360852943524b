/** What a command is: data for help and parsing, and one function. */
import type { Output } from './output';

export interface OptionSpec {
  /** Without the dashes. */
  readonly name: string;
  /** What stands for the value in help; missing for a switch. */
  readonly value?: string;
  readonly many?: boolean;
  readonly short?: string;
  readonly about: string;
}

export interface Command {
  readonly name: string;
  readonly about: string;
  /** As help shows them: `<flow.json> [task]`. */
  readonly operands: string;
  readonly atLeast: number;
  readonly atMost: number;
  readonly options: readonly OptionSpec[];
  readonly example: string;
  /** More than a line, where a line is not enough. */
  readonly more?: string;
  run(context: CommandContext): Promise<number>;
}

export interface Arguments {
  readonly operands: readonly string[];
  operand(index: number): string;
  has(option: string): boolean;
  value(option: string): string | undefined;
  values(option: string): readonly string[];
  /** @throws AppError `usage/wrong` when it is no whole number of at least `least`. */
  integer(option: string, least?: number): number | undefined;
}

/** The process as commands see it; tests bring their own. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly user: string;
  now(): number;
  /** Calls back at the first SIGINT or SIGTERM; returns the function that stops listening. */
  onInterrupt(listener: () => void): () => void;
  /** Ends the process at once, as a crash would. */
  crash(): void;
}

export interface CommandContext {
  readonly args: Arguments;
  readonly out: Output;
  readonly host: Host;
}

export const JSON_OPTION: OptionSpec = { name: 'json', about: 'print JSON instead of text' };
export const DB_OPTION: OptionSpec = {
  name: 'db',
  value: 'file',
  about: 'the run database (default: ./.baton/runs.db)',
};
