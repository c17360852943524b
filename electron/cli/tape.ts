/**
 * The file a run's exchanges are recorded to. Without sensitive fields every exchange is written as it happens. With them
 * all are held back until the command ends: only then is known which of the texts in them came to be sensitive.
 */
import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/base/app-error';
import type { Flow } from '../../shared/spec/flow';
import { type Masker, sensitiveFields } from '../runtime/export/masking';

export interface Tape {
  /** One exchange, as a line of JSON with its line feed. */
  write(line: string): void;
  end(masker: Masker): void;
}

/** @throws AppError `usage/wrong` when the file cannot be written. */
export function openTape(given: string, cwd: string, flow: Pick<Flow, 'context'>): Tape {
  const file = path.resolve(cwd, given);
  try {
    fs.writeFileSync(file, '', { mode: 0o600 });
  } catch (cause) {
    throw new AppError('usage/wrong', `The cassette ${given} cannot be written.`, { cause });
  }
  if (sensitiveFields(flow).size === 0)
    return { write: (line) => fs.appendFileSync(file, line), end: () => undefined };
  const held: string[] = [];
  return {
    write: (line) => void held.push(line),
    end: (masker) => {
      const masked = held.splice(0).map((line) => `${JSON.stringify(masker.json(JSON.parse(line)))}\n`);
      fs.appendFileSync(file, masked.join(''));
    },
  };
}
