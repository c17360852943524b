/** The flow of a run as it is in the designer now, or in its file when it is not open. */
import type { Flow } from '../../shared/spec/flow';
import { request } from '../bridge/bridge';
import { openDocument } from '../editor/tabs';
import { isOtherFlow } from './fork-dialog';

/** Undefined when it still is the flow that ran. */
export async function editedFlow(path: string, ran: Flow): Promise<Flow | undefined> {
  const edited = openDocument(path) ?? (await request('flow.open', { path })).document;
  return isOtherFlow(edited, ran) ? edited : undefined;
}
