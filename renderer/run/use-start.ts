/** What the start form holds, and how it is sent. */
import { useEffect, useRef, useState } from 'react';
import type { Json } from '../../shared/base/json';
import type { RequestInput } from '../../shared/ipc/contract';
import type { Flow } from '../../shared/spec/flow';
import type { Requirements } from '../../shared/spec/problem';
import { request, sentenceOf } from '../bridge/bridge';
import { checkValue, type Miss, missesOfError } from '../forms/check';
import { changesBetween } from '../forms/value-diff';
import type { StartOptions } from './batch-runner';
import { type Breakpoint, rememberBreakpoints } from './breakpoints';
import type { ModelTargets } from './model-choices';
import { forkFrom, type StartPoint } from './start-at';
import {
  emptyInput,
  findInputs,
  type InputSource,
  rememberInput,
  testInputs,
  typedInput,
} from './start-input';

export interface StartRunProps {
  readonly document: Flow;
  /** File of the flow: relative folders and files are found beside it. */
  readonly path?: string | undefined;
  readonly mode?: 'live' | 'rehearsal' | undefined;
  /** Input to start with instead of the last or the sample one. */
  readonly initialInput?: Json | undefined;
  readonly onStarted: (runId: string) => void;
  readonly onClose: () => void;
}

export interface Choices {
  readonly mode: 'live' | 'rehearsal';
  readonly models: ModelTargets;
  readonly stepping: boolean;
  readonly breakpoints: readonly Breakpoint[];
  /** Undefined starts at the beginning. */
  readonly point: StartPoint | undefined;
}

interface Draft {
  readonly input: Json | undefined;
  readonly misses: readonly Miss[];
  /** Places the person has changed: what is wrong there is said at once, the rest when it is tried. */
  readonly touched: readonly string[];
  readonly tried: boolean;
  readonly refusal: Refusal | undefined;
}

/** Why nothing was started. */
export interface Refusal {
  readonly sentence: string;
  /** It is the flow that has to be mended, not what was entered. */
  readonly isOfFlow: boolean;
}

export interface DraftState {
  readonly draft: Draft;
  readonly setDraft: (change: (before: Draft) => Draft) => void;
  readonly setInput: (input: Json | undefined) => void;
  readonly sources: readonly InputSource[];
  /** False while the first values are still looked for: a run started now could go off with others than those shown next. */
  readonly isFilled: boolean;
}

/** What every run of the flow is started with, whatever its input. */
export function optionsOf({ document, path }: StartRunProps, { mode, models }: Choices): StartOptions {
  return {
    document,
    ...(path === undefined ? {} : { path }),
    mode,
    ...(Object.keys(models).length > 0 && mode === 'live' ? { models } : {}),
  };
}

function runOptions(props: StartRunProps, choices: Choices): Omit<RequestInput<'run.start'>, 'input'> {
  const { stepping, breakpoints } = choices;
  return {
    ...optionsOf(props, choices),
    ...(stepping ? { stepping } : {}),
    ...(breakpoints.length > 0 ? { breakpoints: [...breakpoints] } : {}),
  };
}

/** Sends the start; what the flow wants to touch comes back when it was not agreed to yet. */
export function useStart(props: StartRunProps, { draft, setDraft }: DraftState) {
  const { document, onStarted } = props;
  const [wants, setWants] = useState<Requirements>();
  const [isBusy, setBusy] = useState(false);
  const schema = document.input;
  const send = (work: Promise<string | Requirements>) => {
    setBusy(true);
    work
      .then(
        (answer) => (typeof answer === 'string' ? onStarted(answer) : setWants(answer)),
        (error: unknown) => {
          const { message, hint, code } = sentenceOf(error);
          const sentence = hint === undefined ? message : `${message} ${hint}`;
          const refusal = { sentence, isOfFlow: code === 'spec/invalid' };
          setWants(undefined);
          setDraft((before) => ({ ...before, misses: missesOfError(error), refusal }));
        },
      )
      .finally(() => setBusy(false));
  };
  const start = (choices: Choices, grant: boolean) => {
    if (choices.point) return send(forkFrom(choices.point, document).then((made) => made.runId));
    const input = draft.input ?? (schema === undefined ? {} : undefined);
    const misses = schema === undefined ? [] : checkValue(schema, input, document.schemas);
    setDraft((before) => ({ ...before, tried: true, misses, refusal: undefined }));
    if (misses.length > 0 || input === undefined) return;
    rememberBreakpoints(document, choices.breakpoints);
    const options = runOptions(props, choices);
    send(
      request('run.start', { ...options, input, ...(grant ? { grant } : {}) }).then((answer) =>
        answer.started ? answer.runId : answer.wants,
      ),
    );
  };
  return { wants, isBusy, start, forget: () => setWants(undefined) };
}

export function useDraft(document: Flow, initialInput: Json | undefined): DraftState {
  const known = initialInput ?? typedInput(document.id);
  const [draft, setDraft] = useState<Draft>(() => ({
    input: known ?? testInputs(document)[0]?.value ?? emptyInput(document),
    misses: [],
    touched: [],
    tried: false,
    refusal: undefined,
  }));
  const [sources, setSources] = useState<readonly InputSource[]>(() => testInputs(document));
  const isKnown = useRef(known !== undefined);
  const [isFilled, setFilled] = useState(known !== undefined);
  useEffect(() => {
    let isCurrent = true;
    void findInputs(document).then((found) => {
      if (!isCurrent) return;
      setSources(found);
      const [first] = found;
      // Only a form nobody has touched is filled in.
      if (first && !isKnown.current && typedInput(document.id) === undefined)
        setDraft((before) => ({ ...before, input: first.value }));
      setFilled(true);
    });
    return () => {
      isCurrent = false;
    };
  }, [document]);
  const setInput = (input: Json | undefined) => {
    rememberInput(document.id, input);
    setDraft((before) => {
      const changes = changesBetween(before.input, input).map((change) => change.pointer);
      const touched = [...new Set([...before.touched, ...changes])];
      const all = checkValue(document.input ?? {}, input, document.schemas);
      const misses = before.tried ? all : all.filter((miss) => isTouched(touched, miss.pointer));
      return { ...before, input, touched, misses, refusal: undefined };
    });
  };
  return { draft, setDraft, setInput, sources, isFilled };
}

function isTouched(touched: readonly string[], pointer: string): boolean {
  return touched.some(
    (place) => place === pointer || pointer.startsWith(`${place}/`) || place.startsWith(`${pointer}/`),
  );
}
