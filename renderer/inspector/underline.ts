/** Where in a text a problem is: its message quotes the expression and the name it is about. */
import { StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';

export interface TextIssue {
  readonly message: string;
  readonly warning?: boolean;
}

export interface Span {
  readonly from: number;
  readonly to: number;
  readonly issue: TextIssue;
}

/** The places to underline, in order: the name that is read, else the expression quoted, else the whole text. */
export function spansOf(text: string, issues: readonly TextIssue[]): readonly Span[] {
  return issues
    .flatMap((issue) => placesOf(text, issue.message).map(([from, to]): Span => ({ from, to, issue })))
    .toSorted((a, b) => a.from - b.from || a.to - b.to);
}

type Place = readonly [from: number, to: number];

function placesOf(text: string, message: string): readonly Place[] {
  const expression = expressionIn(text, message);
  const read = /\breads "([^"]+)"/.exec(message)?.[1];
  if (read !== undefined) {
    const places = names(text, read).filter(([from]) =>
      expression.some(([start, end]) => from >= start && from < end),
    );
    if (places.length > 0) return places;
  }
  const { length } = text.trimEnd();
  return length > 0 ? expression : [];
}

/** Every place of the expression a message quotes, its white space folded and its end cut; the whole text when it quotes none. */
function expressionIn(text: string, message: string): readonly Place[] {
  const whole: readonly Place[] = [[0, text.trimEnd().length]];
  const quoted = /“([^”]+)”/.exec(message)?.[1];
  if (quoted === undefined) return whole;
  const isCut = quoted.endsWith('…');
  const words = (isCut ? quoted.slice(0, -1) : quoted).split(' ').map(escaped);
  const found = [...text.matchAll(new RegExp(words.join('\\s+'), 'g'))];
  // What follows the cut is not known: up to the end of its line is near enough.
  const places = found.map(({ index, 0: hit }): Place => {
    const line = text.indexOf('\n', index + hit.length);
    return [index, isCut ? (line < 0 ? text.length : line) : index + hit.length];
  });
  return places.length > 0 ? places : whole;
}

function escaped(word: string): string {
  return word.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** Where a dotted name stands as a whole: `steps.a` is not found in `steps.ab` nor in `my.steps.a`. */
function names(text: string, name: string): readonly Place[] {
  return [...text.matchAll(new RegExp(escaped(name), 'g'))]
    .map(({ index }): Place => [index, index + name.length])
    .filter(([from, to]) => !/[\w.$]/.test(text.charAt(from - 1)) && !/[\w$]/.test(text.charAt(to)));
}

const setSpans = StateEffect.define<readonly Span[]>();

const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(before, transaction) {
    let now = before.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setSpans)) now = Decoration.set(effect.value.map(markOf), true);
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function markOf({ from, to, issue }: Span) {
  const mark = Decoration.mark({
    class: issue.warning ? 'cm-doubt' : 'cm-fault',
    attributes: { title: issue.message },
  });
  return mark.range(from, to);
}

const look = EditorView.theme({
  '.cm-fault': { textDecoration: 'underline wavy var(--b-red-fg)', textUnderlineOffset: '3px' },
  '.cm-doubt': { textDecoration: 'underline wavy var(--b-amber-fg)', textUnderlineOffset: '3px' },
});

/** Lets an editor show where its problems are. */
export const underlining = [marks, look];

/** Shows these problems; they move along with the text until the next ones come. */
export function underline(view: EditorView, issues: readonly TextIssue[]): void {
  view.dispatch({ effects: setSpans.of(spansOf(view.state.doc.toString(), issues)) });
}
