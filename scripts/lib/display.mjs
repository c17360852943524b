/** Is there a screen, and what to do when there is none. */
import { isOnPath } from './process.mjs';

export function hasDisplay() {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Wraps a command so that it has a screen: a virtual one when this machine has none. */
export function onDisplay(command, args) {
  if (hasDisplay() || !isOnPath('xvfb-run')) return [command, args];
  return ['xvfb-run', ['--auto-servernum', '--server-args=-screen 0 1600x1000x24', command, ...args]];
}
