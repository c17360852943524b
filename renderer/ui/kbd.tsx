import { keyCaps } from '../app/shortcuts';

/** A shortcut as key caps. */
export function Kbd({ shortcut }: { readonly shortcut: string }) {
  return (
    <span className="kbd">
      {keyCaps(shortcut).map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </span>
  );
}
