import type { Json } from '../../../../../../shared/base/json';
import type { ModelCall, OfferedTool } from '../../../../../../shared/ports/calls';
import type { JsonSchema } from '../../../../../../shared/spec/values';
import { builtinModel } from '../../../../../../electron/runtime/models/builtin/builtin-model';

export function modelCall(prompt: string, extra: Partial<ModelCall> = {}): ModelCall {
  return {
    type: 'model',
    id: 'triage@1:turn1',
    runId: 'r1',
    step: 'triage',
    node: 'triage',
    visit: 1,
    attempt: 1,
    opensAttempt: true,
    isRetry: false,
    dependency: 'model:builtin/en-lite@local',
    limits: { breaker: { failures: 5, windowMs: 60_000, cooldownMs: 30_000, halfOpen: 1 }, concurrency: 4 },
    purpose: 'turn',
    turn: 1,
    modelName: 'reader',
    model: { provider: 'builtin', model: 'en-lite' },
    messages: [
      { role: 'system', text: 'You help.' },
      { role: 'user', text: prompt },
    ],
    tools: [],
    schemas: {},
    maxOutputTokens: 2048,
    requestHash: 'h',
    prompt,
    ...extra,
  };
}

export async function ask(
  prompt: string,
  output: JsonSchema,
  extra: Partial<ModelCall> = {},
): Promise<Record<string, Json>> {
  const outcome = await builtinModel(modelCall(prompt, { output, ...extra }));
  if (!outcome.ok) throw new Error(outcome.message);
  return JSON.parse(outcome.text) as Record<string, Json>;
}

export async function turn(prompt: string, tools: readonly OfferedTool[], extra: Partial<ModelCall> = {}) {
  const outcome = await builtinModel(modelCall(prompt, { tools, ...extra }));
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome;
}

export function object(
  properties: Record<string, JsonSchema>,
  required: readonly string[] = Object.keys(properties),
): JsonSchema {
  return { type: 'object', required, properties } as JsonSchema;
}
