/** A wire that is being dragged, or a port chosen with `C`: which nodes may be its end. View state, never saved. */
import { create } from 'zustand';

interface Connecting {
  /** Undefined while nothing is being connected. */
  readonly legal: ReadonlySet<string> | undefined;
  readonly from: string | undefined;
}

export const useConnecting = create<Connecting>()(() => ({ legal: undefined, from: undefined }));

export function startConnecting(from: string, legal: ReadonlySet<string>): void {
  useConnecting.setState({ from, legal });
}

export function stopConnecting(): void {
  useConnecting.setState({ from: undefined, legal: undefined });
}
