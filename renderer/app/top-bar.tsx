import { createContext, type ReactNode, useContext } from 'react';
import { createPortal } from 'react-dom';

/** The shell's 44 px header, once it is mounted. */
export const TopBarSlot = createContext<HTMLElement | null>(null);

/** What a screen puts into the shell's top bar. */
export function TopBar({ children }: { readonly children: ReactNode }) {
  const slot = useContext(TopBarSlot);
  return slot ? createPortal(children, slot) : null;
}
