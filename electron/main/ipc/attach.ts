/** The only file that listens to the window's process. */
import { type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron';
import { ACK_CHANNEL, REQUEST_CHANNEL, REQUEST_TEXT_CHANNEL } from '../../../shared/ipc/channels';
import type { Router } from './router';

export function attachRouter(router: Router): void {
  const ask = ({ senderFrame: frame }: IpcMainInvokeEvent, name: unknown, input: unknown) =>
    router(frame ? { url: frame.url, isMainFrame: frame.parent === null } : null, name, input);
  ipcMain.handle(REQUEST_CHANNEL, ask);
  ipcMain.handle(REQUEST_TEXT_CHANNEL, async (event, name: unknown, text: unknown) =>
    JSON.stringify(await ask(event, name, parsed(text))),
  );
}

/** What is no JSON fits no contract: the router says so. */
function parsed(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined; // as above
  }
}

/** The window says which batch of pushes it has taken; 0 when a page has just loaded. */
export function attachAcks(onAck: (contents: WebContents, batch: number) => void): void {
  ipcMain.on(ACK_CHANNEL, (event, batch: unknown) => {
    if (typeof batch === 'number' && Number.isSafeInteger(batch) && batch >= 0) onAck(event.sender, batch);
  });
}
