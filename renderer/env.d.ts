/// <reference types="vite/client" />
import type { TextBridge } from '../shared/ipc/contract';

declare global {
  interface Window {
    /** Put here by the preload script before the page's own code runs. */
    readonly baton?: TextBridge;
  }
}
