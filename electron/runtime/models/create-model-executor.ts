import type { CallContext, ModelCall, ModelOutcome } from '../../../shared/ports/calls';
import { aiSdkModel, type Endpoints, isAiProvider } from './ai-sdk-model';
import { builtinModel } from './builtin/builtin-model';
import { failed } from './model-failure';

export type ModelExecutor = (call: ModelCall, context: CallContext) => Promise<ModelOutcome>;

export interface ModelExecutorOptions {
  /** Answers for models of provider `simulated`, usually the rehearsal of the flow. */
  readonly simulated?: ModelExecutor;
  /** Other addresses of the hosted services. */
  readonly endpoints?: Endpoints;
}

/** One executor for every provider a flow can name. It never throws for a foreseen failure. */
export function createModelExecutor(options: ModelExecutorOptions = {}): ModelExecutor {
  return async (call, context) => {
    const { provider, model } = call.model;
    if (provider === 'builtin') {
      if (model === 'en-lite') return builtinModel(call);
      return failed(
        'error',
        'model/not-found',
        `There is no built-in model "${model}"; there is "en-lite".`,
        'no',
      );
    }
    if (provider === 'simulated') {
      if (options.simulated) return options.simulated(call, context);
      return failed('error', 'model/not-found', 'A simulated model answers only in a rehearsal.', 'no');
    }
    if (isAiProvider(provider)) return aiSdkModel(call, context, options.endpoints ?? {});
    return failed('error', 'model/not-found', `The provider "${provider}" is not known here.`, 'no');
  };
}
