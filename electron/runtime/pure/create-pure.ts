import { hash } from 'node:crypto';
import type { Pure } from '../../../shared/ports/pure';
import { compileExpression } from './expression';
import { compileSchema } from './schema';

/** The pure libraries of the interpreter, on JSONata, cfworker's JSON Schema, RE2 and Node's SHA-256. */
export function createPure(): Pure {
  return {
    expression: compileExpression,
    schema: compileSchema,
    sha256: (text) => hash('sha256', text, 'hex'),
  };
}
