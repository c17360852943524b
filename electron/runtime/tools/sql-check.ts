/**
 * Which statements a tool of kind `sql` may hold: one that reads or changes rows or tables of its own file. What reaches other
 * files or changes how the database works (ATTACH, PRAGMA, VACUUM INTO, extensions) is refused before SQLite sees it.
 */
const READS: ReadonlySet<string> = new Set(['select', 'with', 'values', 'explain']);
const WRITES: ReadonlySet<string> = new Set([
  ...READS,
  'insert',
  'update',
  'delete',
  'replace',
  'create',
  'alter',
  'drop',
]);

const TOKENS =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[:@$][A-Za-z_][A-Za-z0-9_]*|[A-Za-z_][A-Za-z0-9_]*|\?\d*|;/g;

export interface CheckedStatement {
  /** Names of its `:name` parameters. */
  readonly parameters: readonly string[];
}

/** The parameters of a statement, or a sentence that says why it is refused. */
export function checkStatement(statement: string, write: boolean): CheckedStatement | string {
  const parameters = new Set<string>();
  let first: string | undefined;
  let ended = false;
  for (const [token] of statement.matchAll(TOKENS)) {
    const kind = token.charAt(0);
    if (kind === '-' || kind === '/') continue;
    if (ended && token !== ';') return 'The statement of this tool is more than one statement.';
    if (token === ';') {
      ended = true;
      continue;
    }
    if (kind === ':') parameters.add(token.slice(1));
    if (kind === '@' || kind === '$' || kind === '?') {
      return `The statement of this tool has the parameter "${token}". Write parameters as ":name".`;
    }
    const word = nameOf(token);
    if (word === undefined) continue;
    first ??= word;
    if (word === 'load_extension' || word.startsWith('pragma_')) {
      return `The statement of this tool uses "${word}", which is not allowed.`;
    }
  }
  if (first === undefined) return 'The statement of this tool is empty.';
  if (write ? WRITES.has(first) : READS.has(first)) return { parameters: [...parameters] };
  if (WRITES.has(first))
    return `The statement of this tool changes the database; set "write" to true if that is meant.`;
  return `The statement of this tool begins with "${first}", which is not allowed.`;
}

/** A word or a quoted name in lower case; a text is none. (A name in quotes calls functions and tables just as well.) */
function nameOf(token: string): string | undefined {
  if (/^[A-Za-z_]/.test(token)) return token.toLowerCase();
  return /^["`[]/.test(token) ? token.slice(1, -1).toLowerCase() : undefined;
}
