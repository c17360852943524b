/** Runs a template that comes with the app: live, with the real engine, model and tools. */
import fs from 'node:fs';
import path from 'node:path';
import { skippingClock } from '../../electron/cli/skipping-clock';
import { createExecutors } from '../../electron/runtime/executors/create-executors';
import { createPure } from '../../electron/runtime/pure/create-pure';
import { createRuntime } from '../../electron/runtime/runtime';
import { MemoryRunLog } from '../../electron/store/memory-run-log';
import type { Json } from '../../shared/base/json';
import type { RunEvent } from '../../shared/events/event';
import type { Executors } from '../../shared/ports/calls';
import { Flow } from '../../shared/spec/flow';
import type { Answers } from '../../shared/spec/parts';

export const TEMPLATES = path.join(import.meta.dirname, '../../resources/templates');
export const SAMPLES = path.join(import.meta.dirname, '../../resources/samples');
const STARTED_AT = 1_700_000_000_000;
const pure = createPure();

export function readTemplateFile(id: string, file: string): string {
  return fs.readFileSync(path.join(TEMPLATES, id, file), 'utf8');
}

export function readSample(id: string, file: string): string {
  return fs.readFileSync(path.join(SAMPLES, id, file), 'utf8');
}

export function templateFlow(id: string): Flow {
  return Flow.parse(JSON.parse(readTemplateFile(id, 'flow.json')));
}

export interface Ended {
  readonly status: string;
  readonly output: Json | undefined;
  readonly path: readonly string[] | undefined;
}

export function endOf(events: readonly RunEvent[]): Ended {
  const last = events.at(-1);
  if (last?.type !== 'run.completed' && last?.type !== 'run.failed')
    throw new Error(`ended with ${last?.type}`);
  return { status: last.type.slice('run.'.length), output: last.data.output, path: last.data.path };
}

/** A live run: the real engine, model and tools; only time is skipped while nothing happens. */
export async function runTemplate(
  id: string,
  input: Json,
  answers: Answers,
): Promise<Ended & { readonly steps: readonly string[]; readonly replay: string }> {
  const flow = templateFlow(id);
  const clock = skippingClock(STARTED_AT);
  const real = createExecutors({ pure });
  const executors: Executors = {
    model: (call, context) => clock.busy(() => real.model(call, context)),
    tool: (call, context) => clock.busy(() => real.tool(call, context)),
    code: (call, context) => clock.busy(() => real.code(call, context)),
  };
  const log = new MemoryRunLog({ clock: clock.now });
  const runtime = createRuntime({
    log,
    pure,
    executors,
    clock,
    entropy: { seed: () => 1, runId: () => 'run' },
    secret: async () => undefined,
  });
  const grants = { trust: false, baseFolder: path.join(TEMPLATES, id), granted: {} };
  runtime.start({ flow, semanticHash: 'test', input, mode: 'live', answers, grants });
  await runtime.settled('run', { throughWaits: true });
  const events = log.events('run');
  const replay = runtime.replay('run').verdict;
  await runtime.close();
  await real.close();
  const steps = events.flatMap((event) => (event.type === 'step.started' ? [event.data.node] : []));
  return { ...endOf(events), steps, replay };
}
