/**
 * Every action of the window, once: the palette, the shortcuts, the `?` sheet and the system's menu all read this list.
 *
 * C1. A screen offers its commands while it is mounted; the shell's own are always there. The last one registered with
 *     an id wins, so a screen may take over a general command such as `edit.undo`.
 * C2. Menu items of the main side push the id of a command (`menu.command`).
 */
import { useEffect } from 'react';
import { create } from 'zustand';
import type { MessageKey } from '../i18n/t';

export interface Command {
  /** `noun.verb`, stable: the system's menu names it. */
  readonly id: string;
  readonly title: string;
  readonly group: Extract<MessageKey, `app.group.${string}`>;
  /** Keys joined by `+`; `Mod` is Ctrl, or Cmd on a Mac. Several alternatives are separated by a space. */
  readonly shortcut?: string;
  /** More words the palette finds it by. */
  readonly keywords?: string;
  /** Not offered in the palette: it makes sense only as a key. */
  readonly hidden?: boolean;
  /** Also fires while a text field has the focus; only for shortcuts with Mod. */
  readonly whileTyping?: boolean;
  /** The key press is left to the browser, which then fires `copy`, `cut` or `paste`. */
  readonly nativeKeys?: boolean;
  readonly isEnabled?: () => boolean;
  readonly run: () => void;
}

interface CommandsState {
  readonly layers: readonly (readonly Command[])[];
}
const useCommandsStore = create<CommandsState>()(() => ({ layers: [] }));

/** Offers commands until the returned function is called. */
export function registerCommands(commands: readonly Command[]): () => void {
  useCommandsStore.setState((s) => ({ layers: [...s.layers, commands] }));
  return () => useCommandsStore.setState((s) => ({ layers: s.layers.filter((layer) => layer !== commands) }));
}

/** Offers commands while the component is mounted. Make the list with `useMemo`, or outside the component. */
export function useCommands(commands: readonly Command[]): void {
  useEffect(() => registerCommands(commands), [commands]);
}

function merge(layers: CommandsState['layers']): readonly Command[] {
  const byId = new Map<string, Command>();
  for (const command of layers.flat()) byId.set(command.id, command);
  return [...byId.values()];
}

export function allCommands(): readonly Command[] {
  return merge(useCommandsStore.getState().layers);
}

export function useAllCommands(): readonly Command[] {
  const layers = useCommandsStore((s) => s.layers);
  return merge(layers);
}

/** Does a command if it is there and enabled now; false otherwise. */
export function runCommand(id: string): boolean {
  const command = allCommands().find((c) => c.id === id);
  if (!command || command.isEnabled?.() === false) return false;
  command.run();
  return true;
}
