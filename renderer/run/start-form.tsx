/** The form that starts a run: inputs made from the flow's input schema, models, and what the flow wants to touch. */
import { Button, Switch } from '@mantine/core';
import { FlaskConical, Play } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { isJsonObject, type Json } from '../../shared/base/json';
import type { RequestInput } from '../../shared/ipc/contract';
import type { Flow } from '../../shared/spec/flow';
import type { Requirements } from '../../shared/spec/problem';
import { request, sentenceOf } from '../bridge/bridge';
import { checkValue, type Miss, missesOfError } from '../forms/check';
import { SchemaForm } from '../forms/schema-form';
import { t } from '../i18n/t';
import { JsonInput } from '../inspector/json-input';
import { Part } from './facts';
import { type Batch, readBatch } from './batch';
import { BatchDialog } from './batch-dialog';
import { InputTools } from './input-tools';
import { ModelChoices, type ModelTargets } from './model-choices';
import {
  emptyInput,
  findInputs,
  type InputSource,
  rememberInput,
  testInputs,
  typedInput,
} from './start-input';
import { WantedPermissions } from './wanted-permissions';
import './run.css';

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

interface Draft {
  readonly input: Json | undefined;
  readonly misses: readonly Miss[];
  readonly tried: boolean;
  readonly refusal: string | undefined;
}

interface Choices {
  readonly mode: 'live' | 'rehearsal';
  readonly models: ModelTargets;
  readonly stepping: boolean;
}

function optionsOf(
  { document, path }: StartRunProps,
  { mode, models, stepping }: Choices,
): Omit<RequestInput<'run.start'>, 'input'> {
  return {
    document,
    ...(path === undefined ? {} : { path }),
    mode,
    ...(Object.keys(models).length > 0 && mode === 'live' ? { models } : {}),
    ...(stepping ? { stepping } : {}),
  };
}

/** Sends the start; what the flow wants to touch comes back when it was not agreed to yet. */
function useStart(props: StartRunProps, { draft, setDraft }: DraftState) {
  const { document, onStarted } = props;
  const [wants, setWants] = useState<Requirements>();
  const [isBusy, setBusy] = useState(false);
  const schema = document.input;
  const start = (choices: Choices, grant: boolean) => {
    const input = draft.input ?? (schema === undefined ? {} : undefined);
    const misses = schema === undefined ? [] : checkValue(schema, input, document.schemas);
    setDraft((before) => ({ ...before, tried: true, misses, refusal: undefined }));
    if (misses.length > 0 || input === undefined) return;
    setBusy(true);
    request('run.start', { ...optionsOf(props, choices), input, ...(grant ? { grant } : {}) })
      .then(
        (answer) => {
          if (answer.started) onStarted(answer.runId);
          else setWants(answer.wants);
        },
        (error: unknown) => {
          const { message, hint } = sentenceOf(error);
          setWants(undefined);
          setDraft((before) => ({
            ...before,
            misses: missesOfError(error),
            refusal: hint === undefined ? message : `${message} ${hint}`,
          }));
        },
      )
      .finally(() => setBusy(false));
  };
  return { wants, isBusy, start, forget: () => setWants(undefined) };
}

export function StartRun(props: StartRunProps) {
  const { document, mode = 'live', initialInput, onClose } = props;
  const drafting = useDraft(document, initialInput);
  const { wants, isBusy, start, forget } = useStart(props, drafting);
  const [batch, setBatch] = useState<Batch>();
  const [choices, setChoices] = useState<Choices>({ mode, models: {}, stepping: false });
  const change = (part: Partial<Choices>) => setChoices((before) => ({ ...before, ...part }));
  if (wants) {
    return (
      <WantedPermissions
        wants={wants}
        isBusy={isBusy}
        onAllow={() => start(choices, true)}
        onCancel={forget}
      />
    );
  }
  const { refusal } = drafting.draft;
  return (
    <form
      className="start-form"
      aria-label={t('run.start.title', { name: document.name })}
      onSubmit={(event) => {
        event.preventDefault();
        start(choices, false);
      }}
    >
      <InputPart document={document} drafting={drafting} onBatch={setBatch} />
      {choices.mode === 'live' ? (
        <ModelChoices flow={document} value={choices.models} onChange={(models) => change({ models })} />
      ) : (
        <p className="note">{t('run.rehearsal.help')}</p>
      )}
      <Switch
        checked={choices.stepping}
        label={t('run.stepping')}
        onChange={(event) => change({ stepping: event.currentTarget.checked })}
      />
      {refusal === undefined ? null : (
        <p className="field-error" role="alert">
          {refusal}
        </p>
      )}
      <StartButtons
        mode={choices.mode}
        isBusy={isBusy}
        onMode={(next) => change({ mode: next })}
        onClose={onClose}
      />
      {batch ? (
        <BatchDialog batch={batch} options={optionsOf(props, choices)} onClose={() => setBatch(undefined)} />
      ) : null}
    </form>
  );
}

interface InputProps {
  readonly document: Flow;
  readonly drafting: DraftState;
  readonly onBatch: (batch: Batch) => void;
}

function InputPart({ document, drafting, onBatch }: InputProps) {
  const { draft, setDraft, sources } = drafting;
  const [asJson, setAsJson] = useState(false);
  const schema = document.input;
  const onInput = (input: Json | undefined) => {
    rememberInput(document.id, input);
    setDraft((before) => ({
      ...before,
      input,
      refusal: undefined,
      misses: before.tried ? checkValue(schema ?? {}, input, document.schemas) : [],
    }));
  };
  const form = hasFields(schema) ? (
    <SchemaForm
      schema={schema ?? {}}
      schemas={document.schemas ?? {}}
      value={draft.input}
      onChange={onInput}
      misses={draft.misses}
      label={t('run.input')}
      files
    />
  ) : (
    <p className="meta">{t('run.input.none')}</p>
  );
  return (
    <Part
      title={t('run.input')}
      aside={
        <InputTools
          sources={sources}
          asJson={asJson}
          onJson={setAsJson}
          onInput={onInput}
          onBatch={hasFields(schema) ? (text) => onBatch(readBatch(text, document)) : undefined}
        />
      }
    >
      {asJson ? <JsonForm draft={draft} onInput={onInput} /> : form}
    </Part>
  );
}

function JsonForm({
  draft,
  onInput,
}: {
  readonly draft: Draft;
  readonly onInput: (input: Json | undefined) => void;
}) {
  return (
    <>
      <JsonInput
        label={t('run.input')}
        value={draft.input}
        onChange={(value) => onInput(value as Json | undefined)} // JSON.parse made it
        optional
        large
      />
      <Misses misses={draft.misses} />
    </>
  );
}

function hasFields(schema: Flow['input']): boolean {
  return (
    schema !== undefined && schema !== true && !(isJsonObject(schema) && Object.keys(schema).length === 0)
  );
}

interface DraftState {
  readonly draft: Draft;
  readonly setDraft: (change: (before: Draft) => Draft) => void;
  readonly sources: readonly InputSource[];
}

function useDraft(document: Flow, initialInput: Json | undefined): DraftState {
  const known = initialInput ?? typedInput(document.id);
  const [draft, setDraft] = useState<Draft>(() => ({
    input: known ?? testInputs(document)[0]?.value ?? emptyInput(document),
    misses: [],
    tried: false,
    refusal: undefined,
  }));
  const [sources, setSources] = useState<readonly InputSource[]>(() => testInputs(document));
  const isKnown = useRef(known !== undefined);
  useEffect(() => {
    let isCurrent = true;
    void findInputs(document).then((found) => {
      if (!isCurrent) return;
      setSources(found);
      const [first] = found;
      // Only a form nobody has touched is filled in.
      if (first && !isKnown.current && typedInput(document.id) === undefined)
        setDraft((before) => ({ ...before, input: first.value }));
    });
    return () => {
      isCurrent = false;
    };
  }, [document]);
  return { draft, setDraft, sources };
}

function Misses({ misses }: { readonly misses: readonly Miss[] }) {
  if (misses.length === 0) return null;
  return (
    <ul className="field-error plain" role="alert">
      {misses.map((miss) => (
        <li key={miss.pointer + miss.message}>
          <span className="mono">{miss.pointer.slice(1)}</span> {miss.message}
        </li>
      ))}
    </ul>
  );
}

interface ButtonsProps {
  readonly mode: 'live' | 'rehearsal';
  readonly isBusy: boolean;
  readonly onMode: (mode: 'live' | 'rehearsal') => void;
  readonly onClose: () => void;
}

function StartButtons({ mode, isBusy, onMode, onClose }: ButtonsProps) {
  const other = mode === 'live' ? 'rehearsal' : 'live';
  return (
    <div className="dialog-end">
      <Button
        type="button"
        variant="subtle"
        onClick={() => onMode(other)}
        leftSection={
          other === 'rehearsal' ? <FlaskConical size={14} aria-hidden /> : <Play size={14} aria-hidden />
        }
      >
        {t(`run.instead.${other}`)}
      </Button>
      <span className="grow" />
      <Button type="button" variant="default" onClick={onClose}>
        {t('ui.cancel')}
      </Button>
      <Button
        type="submit"
        size="sm"
        loading={isBusy}
        leftSection={
          mode === 'live' ? <Play size={14} aria-hidden /> : <FlaskConical size={14} aria-hidden />
        }
      >
        {t(`run.start.${mode}`)}
      </Button>
    </div>
  );
}
