/** A wire that is being dragged, or a port chosen with `C`: which nodes may be its end. View state, never saved. */
import type { Connection } from '@xyflow/react';
import { create } from 'zustand';
import type { Wire } from '../../shared/editing/edges';

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

/** What React Flow has connected, in the words of the document. */
export function wireOf(connection: Connection): Wire {
  return { from: connection.source, port: connection.sourceHandle ?? 'next', to: connection.target };
}
