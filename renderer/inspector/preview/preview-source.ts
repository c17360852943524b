/** Which data expressions and prompts are tried on: a sample, or what a step saw in a past run. View state. */
import { create } from 'zustand';
import type { Json } from '../../../shared/base/json';
import type { RunEvent } from '../../../shared/events/event';
import { request } from '../../bridge/bridge';

export const OFF = 'off';
export const SAMPLE = 'sample';

interface PreviewState {
  /** `off`, `sample` or the id of a run. */
  readonly source: string;
  /** What nodes saw in the chosen run; null: this node did not run there. */
  readonly seen: Readonly<Record<string, Readonly<Record<string, Json>> | null>>;
}

export const usePreview = create<PreviewState>()(() => ({ source: SAMPLE, seen: {} }));

export function choosePreview(source: string): void {
  usePreview.setState({ source, seen: {} });
}

const MAX_EVENTS = 5000;
const pending = new Set<string>();

/** Reads once what a node saw in the chosen run. */
export async function readSeen(runId: string, node: string): Promise<void> {
  const key = `${runId} ${node}`;
  if (pending.has(key)) return;
  pending.add(key);
  try {
    const found = await seenIn(runId, node);
    const { source, seen } = usePreview.getState();
    if (source === runId) usePreview.setState({ seen: { ...seen, [node]: found } });
  } finally {
    pending.delete(key);
  }
}

async function seenIn(runId: string, node: string): Promise<Readonly<Record<string, Json>> | null> {
  const { events } = await request('run.events', { runId, afterSeq: 0, limit: MAX_EVENTS });
  const started = events.findLast((event) => event.type === 'step.started' && nodeOf(event) === node);
  if (!started?.step) return null;
  const { scope } = await request('run.view', { runId, step: started.step });
  const committed = events.findLast(
    (event) => event.type === 'step.committed' && event.step === started.step,
  );
  const output = outputOf(committed);
  // Both come from the record of a run, which is JSON.
  return { ...(scope as Record<string, Json>), ...(output === undefined ? {} : { output }) };
}

function nodeOf(event: RunEvent): unknown {
  return (event.data as { readonly node?: unknown }).node; // every `step.started` names its node
}

function outputOf(event: RunEvent | undefined): Json | undefined {
  return event === undefined ? undefined : (event.data as { readonly output?: Json }).output;
}
