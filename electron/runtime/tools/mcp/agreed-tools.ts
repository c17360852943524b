/** What each tool of an MCP server was when a person allowed the flow that calls it. */
export interface AgreedTools {
  /** The hash of its definition then; undefined before its first use. */
  get(flow: string | undefined, tool: string): string | undefined;
  /** At its first use: this is what was allowed. */
  agree(flow: string | undefined, tool: string, hash: string): void;
  /** It is something else now: the flow has to be allowed again. */
  changed(flow: string | undefined): void;
}

/** For as long as the process lives. */
export function rememberTools(): AgreedTools {
  const agreed = new Map<string, string>();
  const id = (flow: string | undefined, tool: string): string => `${flow ?? ''}\n${tool}`;
  return {
    get: (flow, tool) => agreed.get(id(flow, tool)),
    agree: (flow, tool, hash) => void agreed.set(id(flow, tool), hash),
    changed: () => undefined, // there is nobody to ask before the process ends
  };
}
