/**
 * Every request of the window passes here.
 *
 * I1. Only our own page, in the main frame, is heard.
 * I2. A handler sees parsed input only; what does not fit the contract is refused with the places that do not.
 * I3. The answer is always `{ok: true, value}` or `{ok: false, error}`; never `undefined`, never an exception.
 */
import { AppError, serializeError } from '../../../shared/base/app-error';
import {
  type RequestInput,
  type RequestName,
  type RequestOutput,
  type RequestReply,
  requests,
} from '../../../shared/ipc/contract';

/** One handler for every request of the contract: no optional keys, so a forgotten one does not compile. */
export type RequestHandlers = {
  readonly [N in RequestName]: (input: RequestInput<N>) => RequestOutput<N> | Promise<RequestOutput<N>>;
};

export interface Sender {
  readonly url: string;
  readonly isMainFrame: boolean;
}

export interface RouterOptions {
  readonly handlers: RequestHandlers;
  isTrusted(sender: Sender): boolean;
  /** Told of refusals and bugs; never of the input. */
  onTrouble?(name: string, code: string, message: string): void;
}

export type Router = (
  sender: Sender | null,
  name: unknown,
  input: unknown,
) => Promise<RequestReply<RequestName>>;

const MAX_ISSUES = 10;

export function createRouter(options: RouterOptions): Router {
  return async (sender, name, input) => {
    try {
      if (!sender || !options.isTrusted(sender)) {
        throw new AppError('ipc/forbidden', 'This request did not come from the window of the app');
      }
      const value = await dispatch(options.handlers, name, input);
      return {
        ok: true,
        value: (value === undefined ? null : value) as RequestOutput<RequestName>,
      };
    } catch (error) {
      const shown = serializeError(error);
      options.onTrouble?.(
        typeof name === 'string' ? name.slice(0, 64) : typeof name,
        shown.code,
        shown.message,
      );
      return { ok: false, error: shown };
    }
  };
}

async function dispatch(handlers: RequestHandlers, name: unknown, input: unknown): Promise<unknown> {
  if (typeof name !== 'string' || !Object.hasOwn(requests, name)) {
    throw new AppError('ipc/unknown', 'There is no such request');
  }
  const known = name as RequestName;
  const parsed = requests[known].input.safeParse(input);
  if (!parsed.success) {
    const misses = parsed.error.issues.slice(0, MAX_ISSUES).map((issue) => ({
      pointer: issue.path.map((key) => `/${String(key)}`).join(''),
      message: issue.message,
    }));
    throw new AppError('ipc/bad-request', `The request ${known} does not fit its contract`, {
      details: { misses },
    });
  }
  // The contract gave handler and input the same name, which the compiler cannot see through a union.
  return await (handlers[known] as (input: unknown) => unknown)(parsed.data);
}

/** Whether a frame shows our own page. `devOrigin` is the bundler's server during development, else undefined. */
export function isOwnPage(sender: Sender, appOrigin: string, devOrigin?: string): boolean {
  if (!sender.isMainFrame || !URL.canParse(sender.url)) return false;
  const url = new URL(sender.url);
  // The origin of a scheme the URL standard does not know is "null", so it is put together here.
  const origin = `${url.protocol}//${url.host}`;
  return origin === appOrigin || (devOrigin !== undefined && origin === devOrigin);
}
