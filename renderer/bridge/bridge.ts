/**
 * The window's one door to the main side.
 *
 * B1. A refused request rejects with an AppError: its `code` is stable, its `message` is fit to show.
 * B2. Nothing else in `renderer` reads `window.baton`, so a test replaces the whole main side with one call.
 */
import { AppError } from '../../shared/base/app-error';
import type {
  Bridge,
  PushName,
  Pushes,
  RequestInput,
  RequestName,
  RequestOutput,
  RequestReply,
  TextBridge,
} from '../../shared/ipc/contract';

let current: Bridge | undefined;

/** Replaces the main side; used by tests. */
export function setBridge(bridge: Bridge): void {
  current = bridge;
}

function overText(text: TextBridge): Bridge {
  return {
    request: async <N extends RequestName>(name: N, input: RequestInput<N>) =>
      JSON.parse(await text.requestText(name, JSON.stringify(input))) as RequestReply<N>, // main answers by the contract
    on: (name, listener) => text.onText(name, (payload) => listener(JSON.parse(payload))),
    pathOf: (file) => text.pathOf(file),
  };
}

function bridge(): Bridge {
  current ??= window.baton && overText(window.baton);
  if (!current) throw new Error('The preload script did not run: window.baton is missing');
  return current;
}

/** Asks the main side; the value, or a rejection with an AppError. */
export async function request<N extends RequestName>(
  name: N,
  input: RequestInput<N>,
): Promise<RequestOutput<N>> {
  const reply = await bridge().request(name, input);
  if (reply.ok) return reply.value;
  const { code, message, details, hint } = reply.error;
  throw new AppError(code, message, {
    ...(details === undefined ? {} : { details }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Hears what the main side pushes; returns the function that stops listening. */
export function onPush<N extends PushName>(name: N, listener: (payload: Pushes[N]) => void): () => void {
  return bridge().on(name, listener);
}

/** Absolute path of a file dragged onto the window; empty when it has none (a picture dragged from a page). */
export function pathOfDroppedFile(file: File): string {
  return bridge().pathOf(file);
}

/** The sentence for the person, and what to do next where there is one. */
export function sentenceOf(error: unknown): {
  readonly message: string;
  readonly hint?: string;
  readonly code: string;
} {
  if (error instanceof Error) {
    const { code, hint } = error as Partial<AppError>;
    return { message: error.message, code: code ?? 'engine/bug', ...(hint ? { hint } : {}) };
  }
  return { message: String(error), code: 'engine/bug' };
}
