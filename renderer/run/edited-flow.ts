/** The flow of a run as it is in the designer now, or in its file when it is not open. */
import { type Json, jsonEquals } from '../../shared/base/json';
import { canonicalFlow } from '../../shared/spec/canonical';
import type { Flow } from '../../shared/spec/flow';
import { request } from '../bridge/bridge';
import { openDocument } from '../editor/tabs';

/** Undefined when it still is the flow that ran. */
export async function editedFlow(path: string, ran: Flow): Promise<Flow | undefined> {
  const edited = openDocument(path) ?? (await request('flow.open', { path })).document;
  return isOtherFlow(edited, ran) ? edited : undefined;
}

/** Whether the editor holds something else than what ran; looks do not count, nor the order edges were drawn in. */
export function isOtherFlow(edited: Flow, flow: Flow): boolean {
  const { layout: _a, meta: _b, ...left } = canonicalFlow(edited);
  const { layout: _c, meta: _d, ...right } = canonicalFlow(flow);
  return !jsonEquals(left as unknown as Json, right as unknown as Json); // documents are JSON
}
