/** The form that starts a run: inputs made from the flow's input schema, models, and what the flow wants to touch. */
import { Button, Switch } from '@mantine/core';
import { FlaskConical, Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import { isJsonObject, type Json, type JsonObject } from '../../shared/base/json';
import { navigate } from '../app/router';
import { toast } from '../app/toasts';
import type { Flow } from '../../shared/spec/flow';
import type { Miss } from '../forms/check';
import { propertiesOf, resolve } from '../forms/json-schema';
import { ReadableValue } from '../forms/readable-value';
import { SchemaForm } from '../forms/schema-form';
import { t } from '../i18n/t';
import { JsonInput } from '../inspector/json-input';
import { type Batch, readBatch } from './batch';
import { BatchDialog } from './batch-dialog';
import { Breakpoints, rememberedBreakpoints } from './breakpoints';
import { Part, StepLink } from './facts';
import { InputTools } from './input-tools';
import { ModelChoices } from './model-choices';
import { StartAt, type StartPoint } from './start-at';
import {
  type Choices,
  type DraftState,
  optionsOf,
  type Refusal,
  type StartRunProps,
  useDraft,
  useStart,
} from './use-start';
import { WantedPermissions } from './wanted-permissions';
import { stepNameOfKey } from './words';
import './run.css';

export function StartRun(props: StartRunProps) {
  const { document, mode = 'live', initialInput, onClose } = props;
  const drafting = useDraft(document, initialInput);
  const { wants, isBusy, start, forget } = useStart(props, drafting);
  const [batch, setBatch] = useState<Batch>();
  const [choices, setChoices] = useState<Choices>(() => firstChoices(document, mode));
  const change = (part: Partial<Choices>) => setChoices((before) => ({ ...before, ...part }));
  const [setPoint] = useState(() => (point: StartPoint | undefined) => change({ point }));
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
      {choices.point ? (
        <TakenInput point={choices.point} />
      ) : (
        <InputPart document={document} drafting={drafting} onBatch={setBatch} />
      )}
      <StartAt flow={document} point={choices.point} onChange={setPoint} />
      {choices.point ? null : <HowToRun document={document} choices={choices} change={change} />}
      {refusal === undefined ? null : <Refused refusal={refusal} path={props.path} />}
      <StartButtons
        choices={choices}
        isBusy={isBusy}
        isFilled={drafting.isFilled}
        onMode={(next) => change({ mode: next })}
        onClose={onClose}
      />
      {batch ? (
        <BatchDialog batch={batch} options={optionsOf(props, choices)} onClose={() => setBatch(undefined)} />
      ) : null}
    </form>
  );
}

function firstChoices(document: Flow, mode: Choices['mode']): Choices {
  const breakpoints = rememberedBreakpoints(document);
  return { mode, models: {}, stepping: false, breakpoints, point: undefined };
}

function Refused({ refusal, path }: { readonly refusal: Refusal; readonly path: string | undefined }) {
  const { sentence, isOfFlow } = refusal;
  return (
    <p className="field-error" role="alert">
      {sentence}{' '}
      {isOfFlow && path !== undefined ? (
        <StepLink name={t('run.start.mend')} onClick={() => navigate({ screen: 'designer', path })} />
      ) : null}
    </p>
  );
}

interface HowProps {
  readonly document: Flow;
  readonly choices: Choices;
  readonly change: (part: Partial<Choices>) => void;
}

/** With which models, and where it pauses. */
function HowToRun({ document, choices, change }: HowProps) {
  return (
    <>
      {choices.mode === 'live' ? (
        <ModelChoices flow={document} value={choices.models} onChange={(models) => change({ models })} />
      ) : (
        <p className="note">{t('run.rehearsal.help')}</p>
      )}
      <Breakpoints
        flow={document}
        value={choices.breakpoints}
        onChange={(breakpoints) => change({ breakpoints })}
      />
      <Switch
        checked={choices.stepping}
        label={t('run.stepping')}
        onChange={(event) => change({ stepping: event.currentTarget.checked })}
      />
    </>
  );
}

/** A run that starts in the middle has the input of the run it takes over from. */
function TakenInput({ point }: { readonly point: StartPoint }) {
  return (
    <Part title={t('run.input')}>
      <p className="meta">{t('run.startAt.input')}</p>
      <ReadableValue value={point.trace.run.input} />
    </Part>
  );
}

interface InputProps {
  readonly document: Flow;
  readonly drafting: DraftState;
  readonly onBatch: (batch: Batch) => void;
}

function InputPart({ document, drafting, onBatch }: InputProps) {
  const { draft, setInput, sources } = drafting;
  const [asJson, setAsJson] = useState(false);
  const schema = document.input;
  const takesInput = hasFields(schema);
  usePastedInput(takesInput ? schema : undefined, document.schemas, setInput);
  const form = takesInput ? (
    <>
      <SchemaForm
        schema={schema ?? {}}
        schemas={document.schemas ?? {}}
        value={draft.input}
        onChange={setInput}
        misses={draft.misses}
        label={t('run.input')}
        files
      />
      <p className="meta">{t('run.input.pasteHint')}</p>
    </>
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
          onInput={setInput}
          onBatch={takesInput ? (text) => onBatch(readBatch(text, document)) : undefined}
        />
      }
    >
      {asJson ? <JsonForm input={draft.input} misses={draft.misses} onInput={setInput} /> : form}
    </Part>
  );
}

/** A pasted JSON object fills in the whole form; in a field only when it is made of this form's fields. */
function usePastedInput(
  schema: Flow['input'],
  schemas: Flow['schemas'],
  setInput: (input: Json) => void,
): void {
  useEffect(() => {
    if (schema === undefined) return undefined;
    const onPaste = (event: ClipboardEvent) => {
      const isIn = (what: string) => event.target instanceof Element && event.target.closest(what) !== null;
      const pasted = parsedObject(event.clipboardData?.getData('text/plain') ?? '');
      if (!pasted || isIn('[contenteditable="true"]')) return;
      if (isIn('input,textarea') && !isOfFields(pasted, resolve(schema, schemas))) return;
      event.preventDefault();
      setInput(pasted);
      toast(t('run.input.pasted'));
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  });
}

function isOfFields(pasted: JsonObject, schema: JsonObject): boolean {
  const known = new Set(propertiesOf(schema).map(([name]) => name));
  const names = Object.keys(pasted);
  return names.length > 0 && names.every((name) => known.has(name));
}

function parsedObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined; // some other text was pasted: it is nothing for this form
  }
}

interface JsonProps {
  readonly input: Json | undefined;
  readonly misses: readonly Miss[];
  readonly onInput: (input: Json | undefined) => void;
}

function JsonForm({ input, misses, onInput }: JsonProps) {
  return (
    <>
      <JsonInput
        label={t('run.input')}
        value={input}
        onChange={(value) => onInput(value as Json | undefined)} // JSON.parse made it
        optional
        large
      />
      <Misses misses={misses} />
    </>
  );
}

function hasFields(schema: Flow['input']): boolean {
  return (
    schema !== undefined && schema !== true && !(isJsonObject(schema) && Object.keys(schema).length === 0)
  );
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
  readonly choices: Choices;
  readonly isBusy: boolean;
  readonly isFilled: boolean;
  readonly onMode: (mode: 'live' | 'rehearsal') => void;
  readonly onClose: () => void;
}

function StartButtons({ choices, isBusy, isFilled, onMode, onClose }: ButtonsProps) {
  const { point } = choices;
  // A run that takes over from another goes on in that one's mode.
  const mode = point ? (point.trace.run.mode === 'rehearsal' ? 'rehearsal' : 'live') : choices.mode;
  const other = mode === 'live' ? 'rehearsal' : 'live';
  return (
    <div className="dialog-end">
      {point ? null : (
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
      )}
      <span className="grow" />
      <Button type="button" variant="default" onClick={onClose}>
        {t('ui.cancel')}
      </Button>
      <Button
        type="submit"
        size="sm"
        loading={isBusy}
        disabled={!isFilled}
        leftSection={
          mode === 'live' ? <Play size={14} aria-hidden /> : <FlaskConical size={14} aria-hidden />
        }
      >
        {point
          ? t('run.start.here', { name: stepNameOfKey(point.trace, point.step) })
          : t(`run.start.${mode}`)}
      </Button>
    </div>
  );
}
