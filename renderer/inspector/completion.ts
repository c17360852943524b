/** Completes what is in scope: `steps.` offers the steps before, `$` the functions. */
import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  snippetCompletion,
} from '@codemirror/autocomplete';
import { defined } from '../i18n/define-words';
import { entriesAfter, type ScopeEntry } from './scope';

const FUNCTIONS: readonly (readonly [string, string])[] = [
  ['$exists(${value})', 'whether there is a value'],
  ['$sum(${numbers})', 'adds numbers up'],
  ['$count(${list})', 'how many'],
  ['$average(${numbers})', 'the mean'],
  ['$max(${numbers})', 'the largest'],
  ['$min(${numbers})', 'the smallest'],
  ['$round(${number}, ${digits})', 'rounds'],
  ['$number(${value})', 'as a number'],
  ['$string(${value})', 'as text'],
  ['$boolean(${value})', 'as yes or no'],
  ['$length(${text})', 'number of characters'],
  ['$uppercase(${text})', 'in capitals'],
  ['$lowercase(${text})', 'in small letters'],
  ['$trim(${text})', 'without spaces around'],
  ['$contains(${text}, ${part})', 'whether text holds a part'],
  ['$split(${text}, ${separator})', 'cuts text into a list'],
  ['$join(${list}, ${separator})', 'puts a list together as text'],
  ['$replace(${text}, ${part}, ${other})', 'replaces in text'],
  ['$substring(${text}, ${from}, ${length})', 'a part of text'],
  ['$append(${list}, ${list})', 'one list behind another'],
  ['$map(${list}, function($v) { ${value} })', 'a value for each'],
  ['$filter(${list}, function($v) { ${test} })', 'those that pass a test'],
  ['$sort(${list})', 'in order'],
  ['$distinct(${list})', 'each once'],
  ['$merge(${objects})', 'objects in one'],
  ['$keys(${object})', 'the names of fields'],
  ['$lookup(${object}, ${name})', 'a field by name'],
  ['$now()', 'when the step started'],
];

function functionChoices(): readonly Completion[] {
  return FUNCTIONS.map(([template, detail]) =>
    snippetCompletion(template, {
      label: template.replace(/\(.*/s, ''),
      detail: defined(detail),
      type: 'function',
    }),
  );
}

/** `inHoles`: only between `{{` and `}}`; typing `{{` opens the list. */
export function completeScope(scope: () => readonly ScopeEntry[], inHoles: boolean) {
  return (context: CompletionContext): CompletionResult | null => {
    const line = context.state.doc.sliceString(Math.max(0, context.pos - 2000), context.pos);
    if (inHoles && !isInHole(line)) return null;
    const path = context.matchBefore(/[$A-Za-z_][\w.`$]*$/);
    if (!path && !context.explicit && !/\{\{\s*$/.test(line)) return null;
    const text = path?.text ?? '';
    if (text.startsWith('$'))
      return { from: path?.from ?? context.pos, options: [...functionChoices()], validFor: /^\$\w*$/ };
    const parts = text.split('.');
    const from = context.pos - (parts.at(-1)?.length ?? 0);
    const entries = entriesAfter(scope(), parts.slice(0, -1));
    const options: Completion[] = entries.map((entry, i) => ({
      label: entry.name,
      detail: entry.detail,
      type: entry.children.length > 0 ? 'namespace' : 'variable',
      boost: -i,
    }));
    const all = parts.length === 1 ? [...options, ...functionChoices()] : options;
    return all.length > 0 ? { from, options: all, validFor: /^\w*$/ } : null;
  };
}

function isInHole(before: string): boolean {
  const open = before.lastIndexOf('{{');
  return open >= 0 && !before.slice(open).includes('}}') && before[open - 1] !== '\\';
}
