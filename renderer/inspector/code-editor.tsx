import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { json } from '@codemirror/lang-json';
import { bracketMatching } from '@codemirror/language';
import { EditorState, type Extension, Prec } from '@codemirror/state';
import { EditorView, keymap, lineNumbers, placeholder as placeholderText } from '@codemirror/view';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { debounce } from '../editor/autosave';
import { styleNonce } from '../theme/nonce';
import { completeScope } from './completion';
import { expressionLanguage, highlighting, templateLanguage } from './languages';
import type { ScopeEntry } from './scope';
import { type TextIssue, underline, underlining } from './underline';

export type CodeLanguage = 'expression' | 'template' | 'javascript' | 'json';

interface Props {
  readonly language: CodeLanguage;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
  readonly id?: string;
  readonly describedBy?: string;
  readonly invalid?: boolean;
  readonly placeholder?: string;
  readonly scope?: readonly ScopeEntry[];
  /** Underlined where they are. */
  readonly issues?: readonly TextIssue[];
  /** Fills the space it is given instead of growing with its text. */
  readonly large?: boolean;
}

type Typed = Pick<ReturnType<typeof debounce>, 'call' | 'flush'>;
const TYPED_QUIET_MS = 30;
const TYPED_LATEST_MS = 150;

const languages: Readonly<Record<CodeLanguage, () => Extension>> = {
  expression: () => expressionLanguage,
  template: () => templateLanguage,
  javascript: () => javascript(),
  json: () => json(),
};

const look = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'var(--b-text)', fontSize: '12px' },
  '.cm-content': { fontFamily: 'var(--b-mono)', caretColor: 'var(--b-text)', padding: '6px 0' },
  '.cm-line': { padding: '0 8px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-cursor': { borderLeftColor: 'var(--b-text)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--b-text-3)', border: 'none' },
  '.cm-placeholder': { color: 'var(--b-text-3)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--b-accent-soft)',
  },
  '.cm-tooltip': {
    border: '1px solid var(--b-line)',
    borderRadius: '6px',
    backgroundColor: 'var(--b-raised)',
    color: 'var(--b-text)',
    boxShadow: 'var(--b-float)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--b-font)', maxHeight: '240px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--b-accent-soft)',
    color: 'var(--b-text)',
  },
  '.cm-completionDetail': { color: 'var(--b-text-3)', fontStyle: 'normal', marginLeft: '12px' },
  '.cm-matchingBracket': { backgroundColor: 'var(--b-accent-soft) !important' },
});

/** A text field that knows a language: colours, completion of what is in scope, undo of its own while it has the focus. */
export function CodeEditor(props: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const live = useRef(props);
  /** The text the document and this field last agreed on. */
  const agreed = useRef(props.value);
  useLayoutEffect(() => {
    live.current = props;
  });

  // Made once: what may change while typing is read through `live`.
  useEffect(() => {
    if (!host.current) return undefined;
    // What is typed is painted at once; the document, with all that is drawn from it, hears of it a moment later.
    const typed = debounce(
      () => {
        agreed.current = editor.state.doc.toString();
        if (agreed.current !== live.current.value) live.current.onChange(agreed.current);
      },
      TYPED_QUIET_MS,
      TYPED_LATEST_MS,
    );
    const editor: EditorView = new EditorView({ parent: host.current, state: makeState(live, typed) });
    view.current = editor;
    return () => {
      typed.flush();
      editor.destroy();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    const editor = view.current;
    // What comes back is what was typed a moment ago: by now there may be more.
    if (!editor || props.value === agreed.current) return;
    agreed.current = props.value;
    if (editor.state.doc.toString() === props.value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.value } });
  }, [props.value]);

  useEffect(() => {
    const content = view.current?.contentDOM;
    if (!content) return;
    content.setAttribute('aria-label', props.label);
    content.setAttribute('aria-invalid', String(props.invalid ?? false));
    if (props.describedBy) content.setAttribute('aria-describedby', props.describedBy);
  }, [props.label, props.invalid, props.describedBy]);

  // The findings lag behind the typing a little: they are placed anew whenever they or the text change.
  const found = JSON.stringify(props.issues ?? []);
  useEffect(() => {
    if (view.current) underline(view.current, JSON.parse(found) as readonly TextIssue[]);
  }, [found, props.value]);

  return (
    <div
      ref={host}
      className={`code${props.large ? ' code-large' : ''}${props.invalid ? ' is-invalid' : ''}`}
      data-language={props.language}
    />
  );
}

function makeState(live: { readonly current: Props }, typed: Typed): EditorState {
  const { language, label, id, placeholder, value, large } = live.current;
  const isFlowLanguage = language === 'expression' || language === 'template';
  const attributes: Record<string, string> = { 'aria-label': label, ...(id ? { id } : {}) };
  return EditorState.create({
    doc: value,
    extensions: [
      EditorView.cspNonce.of(styleNonce()),
      languages[language](),
      highlighting,
      look,
      underlining,
      history(),
      bracketMatching(),
      closeBrackets(),
      EditorView.lineWrapping,
      ...(language === 'javascript' && large ? [lineNumbers()] : []),
      ...(placeholder ? [placeholderText(placeholder)] : []),
      ...(isFlowLanguage
        ? [
            autocompletion({
              override: [completeScope(() => live.current.scope ?? [], language === 'template')],
              icons: false,
            }),
          ]
        : []),
      // Tab leaves the field, as everywhere else in a form; while the list is open it takes the choice.
      keymap.of([
        { key: 'Tab', run: acceptCompletion },
        ...closeBracketsKeymap,
        ...completionKeymap,
        ...historyKeymap,
        ...defaultKeymap,
      ]),
      EditorView.contentAttributes.of(attributes),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) typed.call();
      }),
      // Leaving the field and shortcuts act on the document: it has to know everything by then.
      Prec.highest(
        EditorView.domEventHandlers({
          blur: () => typed.flush(),
          keydown: ({ ctrlKey, metaKey, altKey, key }) => {
            if (ctrlKey || metaKey || altKey || key === 'Escape' || key === 'Tab') typed.flush();
          },
        }),
      ),
    ],
  });
}
