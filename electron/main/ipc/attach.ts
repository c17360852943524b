/** The only file that listens to the window's process. */
import { ipcMain, type WebContents } from 'electron';
import { ACK_CHANNEL, REQUEST_CHANNEL } from '../../../shared/ipc/channels';
import type { Router } from './router';

export function attachRouter(router: Router): void {
  ipcMain.handle(REQUEST_CHANNEL, (event, name: unknown, input: unknown) => {
    const frame = event.senderFrame;
    return router(frame ? { url: frame.url, isMainFrame: frame.parent === null } : null, name, input);
  });
}

/** The window says which batch of pushes it has taken; 0 when a page has just loaded. */
export function attachAcks(onAck: (contents: WebContents, batch: number) => void): void {
  ipcMain.on(ACK_CHANNEL, (event, batch: unknown) => {
    if (typeof batch === 'number' && Number.isSafeInteger(batch) && batch >= 0) onAck(event.sender, batch);
  });
}
