/** From keys to commands, and from a shortcut to the words on a key cap. */
import { allCommands, type Command } from './commands';

const isMac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '');

export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** Whether a key press is one of the alternatives of a shortcut. */
export function matchesShortcut(shortcut: string, press: KeyPress, mac = isMac): boolean {
  return shortcut.split(' ').some((combination) => matchesOne(combination, press, mac));
}

function matchesOne(combination: string, press: KeyPress, mac: boolean): boolean {
  const parts = combination.split('+');
  const key = parts.at(-1) === '' ? '+' : (parts.at(-1) as string); // split never gives an empty list
  const has = (name: string) => parts.slice(0, -1).includes(name);
  const mod = mac ? press.metaKey : press.ctrlKey;
  const otherMod = mac ? press.ctrlKey : press.metaKey;
  if (has('Mod') !== mod || otherMod || has('Alt') !== press.altKey) return false;
  // A sign such as `?` needs Shift on some keyboards and not on others: only letters and named keys care.
  const shiftMatters = /^[a-z]$/i.test(key) || key.length > 1;
  if (shiftMatters && has('Shift') !== press.shiftKey) return false;
  return press.key.toLowerCase() === key.toLowerCase() || (key === 'Space' && press.code === 'Space');
}

/** Key caps of the first alternative, for example ['Ctrl', 'K']. */
export function keyCaps(shortcut: string, mac = isMac): string[] {
  const first = shortcut.split(' ')[0] ?? '';
  const names: Record<string, string> = mac
    ? { Mod: '⌘', Alt: '⌥', Shift: '⇧', Delete: '⌫', Enter: '↩' }
    : { Mod: 'Ctrl', Delete: 'Del' };
  const arrows: Record<string, string> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓' };
  return first
    .replace(/(^|\+)\+$/, '$1Plus')
    .split('+')
    .map((part) => names[part] ?? arrows[part] ?? (part === 'Plus' ? '+' : part));
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'range'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** The command a key press means now, or undefined. The command registered last is asked first. */
export function commandFor(event: KeyboardEvent): Command | undefined {
  const typing = isTyping(event.target);
  return allCommands()
    .toReversed()
    .find((command) => {
      if (!command.shortcut || command.nativeKeys || !matchesShortcut(command.shortcut, event)) return false;
      if (typing && !command.whileTyping) return false;
      return command.isEnabled?.() !== false;
    });
}

/** Listens for shortcuts on the whole window; returns the function that stops. */
export function listenForShortcuts(): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    // While a dialog is open its own keys count, and those that work everywhere.
    if (event.defaultPrevented || event.isComposing) return;
    const command = commandFor(event);
    if (!command || (isInDialog(event.target) && !command.whileTyping)) return;
    event.preventDefault();
    command.run();
  };
  window.addEventListener('keydown', onKeyDown);
  return () => window.removeEventListener('keydown', onKeyDown);
}

function isInDialog(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('[role="dialog"],[role="menu"],[role="listbox"]') !== null
  );
}
