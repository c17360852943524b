/**
 * The one thing the page gets from outside: `window.baton`. Runs sandboxed; checks nothing, because main trusts nothing.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { PushName, RequestReply, TextBridge } from '../../shared/ipc/contract';
import type * as Channels from '../../shared/ipc/channels';
import type { ServicePush } from '../../shared/ipc/service';

// Only types are imported here; these types make a different spelling a compile error.
const REQUEST_CHANNEL: typeof Channels.REQUEST_CHANNEL = 'baton:request';
const REQUEST_TEXT_CHANNEL: typeof Channels.REQUEST_TEXT_CHANNEL = 'baton:request-text';
const PUSH_CHANNEL: typeof Channels.PUSH_CHANNEL = 'baton:push';
const ACK_CHANNEL: typeof Channels.ACK_CHANNEL = 'baton:ack';

/** Takes a push as it came, and what gives it as text; each takes what it needs. */
type Listener = (payload: unknown, text: () => string) => void;

/** Pushes that must not be lost because the page is still starting: a file to open, a message to show. */
const KEPT: readonly PushName[] = ['menu.command', 'flow.openPath', 'task.show', 'app.notice'];
const MAX_KEPT = 50;

const listeners = new Map<PushName, Set<Listener>>();
let kept: ServicePush[] = [];

function deliver(push: ServicePush): void {
  const all = listeners.get(push.name);
  if (all && all.size > 0) {
    let text: string | undefined;
    const once = () => {
      text ??= JSON.stringify(push.payload);
      return text;
    };
    for (const listener of all) listener(push.payload, once);
  } else if (KEPT.includes(push.name) && kept.length < MAX_KEPT) {
    kept.push(push);
  }
}

ipcRenderer.on(PUSH_CHANNEL, (_event, pushes: readonly ServicePush[], batch: number) => {
  try {
    for (const push of pushes) deliver(push);
  } finally {
    ipcRenderer.send(ACK_CHANNEL, batch);
  }
});

/** Only when the input cannot be copied between processes, or main is going down. */
function failed(error: unknown) {
  const message = error instanceof Error ? error.message : String(error);
  return { ok: false, error: { code: 'ipc/failed', message } } satisfies RequestReply<'app.info'>;
}

function listen(name: PushName, listener: Listener): () => void {
  const all = listeners.get(name) ?? new Set<Listener>();
  listeners.set(name, all);
  all.add(listener);
  const waiting = kept.filter((push) => push.name === name);
  kept = kept.filter((push) => push.name !== name);
  for (const push of waiting) deliver(push);
  return () => {
    all.delete(listener);
  };
}

const bridge: TextBridge = {
  async request(name, input) {
    try {
      return await ipcRenderer.invoke(REQUEST_CHANNEL, name, input);
    } catch (error) {
      return failed(error);
    }
  },
  async requestText(name, input) {
    try {
      return await ipcRenderer.invoke(REQUEST_TEXT_CHANNEL, name, input);
    } catch (error) {
      return JSON.stringify(failed(error));
    }
  },
  on: (name, listener) => listen(name, (payload) => listener(payload as never)), // the name says what it is
  onText: (name, listener) => listen(name, (_payload, text) => listener(text())),
  pathOf: (file) => webUtils.getPathForFile(file as File),
};

contextBridge.exposeInMainWorld('baton', bridge);
ipcRenderer.send(ACK_CHANNEL, 0);
