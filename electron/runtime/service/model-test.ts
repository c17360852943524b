/** Asks a model for one word, so that a person knows whether address, key and name are right before a run does. */
import { AppError, serializeError } from '../../../shared/base/app-error';
import type { RequestInput, RequestOutput } from '../../../shared/ipc/contract';
import type { CallContext, Executors, ModelCall } from '../../../shared/ports/calls';

const LIMIT_MS = 20_000;

export interface ModelTestDeps {
  readonly executors: Pick<Executors, 'model'>;
  readonly libraryFolder: string;
  secret(name: string): Promise<string | undefined>;
  now(): number;
}

export async function testModel(
  deps: ModelTestDeps,
  input: RequestInput<'model.test'>,
): Promise<RequestOutput<'model.test'>> {
  const startedAt = deps.now();
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), LIMIT_MS);
  const latency = (): number => deps.now() - startedAt;
  try {
    const outcome = await deps.executors.model(callFor(input), contextFor(deps, controller.signal));
    if (outcome.ok) return { ok: true, message: `${input.model} answered.`, latencyMs: latency() };
    return { ok: false, message: outcome.message, latencyMs: latency() };
  } catch (error) {
    return { ok: false, message: serializeError(error).message, latencyMs: latency() };
  } finally {
    clearTimeout(timer);
  }
}

function callFor(model: RequestInput<'model.test'>): ModelCall {
  const prompt = 'Answer with the single word: ready';
  return {
    type: 'model',
    id: 'test@1:turn',
    runId: 'test',
    step: 'test',
    node: 'test',
    visit: 1,
    attempt: 1,
    opensAttempt: true,
    isRetry: false,
    dependency: `model:${model.provider}/${model.model}`,
    limits: {
      timeoutMs: LIMIT_MS,
      breaker: { failures: 1, windowMs: LIMIT_MS, cooldownMs: 1, halfOpen: 1 },
      concurrency: 1,
    },
    purpose: 'turn',
    turn: 1,
    modelName: 'test',
    model,
    messages: [{ role: 'user', text: prompt }],
    tools: [],
    schemas: {},
    maxOutputTokens: 64,
    requestHash: '',
    prompt,
  };
}

/** The person pressed "Test" for exactly this model: that is the grant, for this one call. */
function contextFor(deps: ModelTestDeps, signal: AbortSignal): CallContext {
  return {
    signal,
    onText: () => undefined,
    async secret(name) {
      const value = await deps.secret(name);
      if (value !== undefined) return value;
      throw new AppError('secret/missing', `There is no secret named ${name}. Add it in the settings.`, {
        details: { name },
      });
    },
    grants: { trust: true, baseFolder: deps.libraryFolder, granted: {} },
  };
}
