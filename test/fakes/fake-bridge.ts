/** A main side made of plain functions. An unexpected request is refused loudly, so a test notices it. */
import type {
  Bridge,
  PushName,
  Pushes,
  RequestInput,
  RequestName,
  RequestOutput,
  RequestReply,
} from '../../shared/ipc/contract';
import { serializeError } from '../../shared/base/app-error';

export type FakeHandlers = {
  [N in RequestName]?: (input: RequestInput<N>) => RequestOutput<N> | Promise<RequestOutput<N>>;
};

export class FakeBridge implements Bridge {
  /** Every request in the order it came. */
  readonly asked: { readonly name: RequestName; readonly input: unknown }[] = [];
  private readonly handlers: FakeHandlers;
  private readonly listeners = new Map<PushName, Set<(payload: never) => void>>();

  constructor(handlers: FakeHandlers = {}) {
    this.handlers = { ...handlers };
  }

  answer<N extends RequestName>(name: N, handler: NonNullable<FakeHandlers[N]>): void {
    this.handlers[name] = handler as FakeHandlers[N];
  }

  async request<N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestReply<N>> {
    this.asked.push({ name, input });
    const handler = this.handlers[name] as
      | ((input: RequestInput<N>) => RequestOutput<N> | Promise<RequestOutput<N>>)
      | undefined;
    if (!handler)
      return {
        ok: false,
        error: { code: 'engine/bug', message: `The fake main side has no answer for ${name}` },
      };
    try {
      return { ok: true, value: await handler(input) };
    } catch (error) {
      return { ok: false, error: serializeError(error) };
    }
  }

  on<N extends PushName>(name: N, listener: (payload: Pushes[N]) => void): () => void {
    const all = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, all);
    all.add(listener as (payload: never) => void);
    return () => all.delete(listener as (payload: never) => void);
  }

  push<N extends PushName>(name: N, payload: Pushes[N]): void {
    for (const listener of this.listeners.get(name) ?? []) listener(payload as never);
  }

  pathOf(file: object): string {
    return (file as { path?: string }).path ?? '';
  }
}
