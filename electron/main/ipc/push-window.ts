/** The only file that sends to the window's process. */
import type { WebContents } from 'electron';
import { PUSH_CHANNEL } from '../../../shared/ipc/channels';
import type { ServicePush } from '../../../shared/ipc/service';

export function sendPushes(
  contents: WebContents | undefined,
  pushes: readonly ServicePush[],
  batch: number,
): void {
  if (!contents || contents.isDestroyed()) return;
  contents.send(PUSH_CHANNEL, pushes, batch);
}
