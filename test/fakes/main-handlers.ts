/** Handlers that remember what reached them: the whole contract, so a new request does not compile without one. */
import { type RequestName, requests } from '../../shared/ipc/contract';
import type { RequestHandlers } from '../../electron/main/ipc/router';

export interface Reached {
  readonly name: RequestName;
  readonly input: unknown;
}

export function recordingHandlers(reached: Reached[]): RequestHandlers {
  const names = Object.keys(requests) as RequestName[];
  const entries = names.map((name) => [
    name,
    (input: unknown) => {
      reached.push({ name, input });
      return null;
    },
  ]);
  return Object.fromEntries(entries) as unknown as RequestHandlers;
}
