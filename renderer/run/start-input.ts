/** Where the start form's first values come from, the likeliest first. */
import type { Json } from '../../shared/base/json';
import type { DataOf } from '../../shared/events/event';
import type { Flow } from '../../shared/spec/flow';
import { request } from '../bridge/bridge';
import { startValue } from '../forms/json-schema';
import { t } from '../i18n/t';

export interface InputSource {
  readonly id: string;
  readonly title: string;
  readonly value: Json;
}

/** What was typed for a flow since the window opened; a form closed by mistake loses nothing. */
const typed = new Map<string, Json>();

export function rememberInput(flowId: string, value: Json | undefined): void {
  if (value === undefined) typed.delete(flowId);
  else typed.set(flowId, value);
}

export function typedInput(flowId: string): Json | undefined {
  return typed.get(flowId);
}

export function emptyInput(flow: Flow): Json | undefined {
  return startValue(flow.input, flow.schemas);
}

/** Examples the document itself carries. */
export function testInputs(flow: Flow): readonly InputSource[] {
  return (flow.tests ?? []).flatMap((test, i) =>
    test.input === undefined
      ? []
      : [{ id: `test${i}`, title: t('run.from.test', { name: test.name }), value: test.input }],
  );
}

/** The sample of the template it was made from, and the input of its last run. Never fails: these are aids. */
export async function findInputs(flow: Flow): Promise<readonly InputSource[]> {
  const [template, last] = await Promise.all([
    templateInput(flow).catch(() => undefined),
    lastInput(flow.id).catch(() => undefined),
  ]);
  return [
    ...(last === undefined ? [] : [{ id: 'last', title: t('run.from.last'), value: last }]),
    ...(template === undefined ? [] : [{ id: 'sample', title: t('run.from.sample'), value: template }]),
    ...testInputs(flow),
  ];
}

async function templateInput(flow: Flow): Promise<Json | undefined> {
  const { templates } = await request('flow.templates', {});
  const found = templates.find((template) => template.document.id === flow.id);
  return (found?.sampleInput ?? undefined) as Json | undefined; // read from a JSON file
}

async function lastInput(flowId: string): Promise<Json | undefined> {
  const { runs } = await request('run.list', { flowId, limit: 1 });
  const [run] = runs;
  if (!run) return undefined;
  const { events } = await request('run.events', { runId: run.runId, afterSeq: 0, limit: 1 });
  const [first] = events;
  return first?.type === 'run.started' ? (first.data as DataOf<'run.started'>).input : undefined;
}
