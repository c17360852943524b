/** Which of the expressions that had to be stopped on this machine a flow has. */
import { isJsonObject, type Json } from '../../shared/base/json';
import type { Flow } from '../../shared/spec/flow';
import { parseTemplate } from '../../shared/spec/template';

/**
 * Hashes of the flow's expressions that are among the stopped ones; undefined when there are none.
 * @param stopped SHA-256 of sources, in hex.
 */
export function stoppedIn(
  flow: Flow,
  stopped: readonly string[],
  sha256: (text: string) => string,
): string[] | undefined {
  if (stopped.length === 0) return undefined;
  const found = new Set<string>();
  const look = (text: string): void => {
    const hash = sha256(text);
    if (stopped.includes(hash)) found.add(hash);
  };
  visit(flow as unknown as Json, (text) => {
    look(text);
    for (const part of parseTemplate(text).parts) if (part.type === 'hole') look(part.source);
  });
  return found.size > 0 ? [...found].sort() : undefined;
}

/** Any text may be an expression: asking the wrong ones costs a hash each, and only where something was stopped. */
function visit(value: Json, onText: (text: string) => void): void {
  if (typeof value === 'string') onText(value);
  else if (Array.isArray(value)) for (const item of value as readonly Json[]) visit(item, onText);
  else if (isJsonObject(value)) for (const member of Object.values(value)) visit(member, onText);
}
