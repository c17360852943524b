/** Where a run pauses by itself: a dot at the corner of a card, set and cleared with a click while the run is under way. */
import { createContext, useContext } from 'react';
import { t } from '../i18n/t';

export interface CardBreakpoints {
  /** What stops there, in words, by node id. */
  readonly at: ReadonlyMap<string, string>;
  /** Nodes that can have one, and what a click does; nothing can be changed without it. */
  readonly toggle?: { readonly canHave: ReadonlySet<string>; readonly run: (node: string) => void };
}

export const BreakpointsContext = createContext<CardBreakpoints | undefined>(undefined);

export function BreakpointDot({ id, name }: { readonly id: string; readonly name: string }) {
  const points = useContext(BreakpointsContext);
  const words = points?.at.get(id);
  const { toggle } = points ?? {};
  if (!toggle?.canHave.has(id))
    return words === undefined ? null : (
      <span className="card-stop is-set" role="img" aria-label={words} title={words} />
    );
  const label = words ?? t('canvas.breakpoint.set', { name });
  return (
    <button
      type="button"
      // The list beside the drawing is the way for those who do not point: a stop at every card would be in theirs.
      tabIndex={-1}
      className={`card-stop nodrag nopan${words === undefined ? '' : ' is-set'}`}
      aria-pressed={words !== undefined}
      aria-label={label}
      title={words === undefined ? label : `${words} ${t('canvas.breakpoint.clear')}`}
      onClick={(event) => {
        event.stopPropagation();
        toggle.run(id);
      }}
    />
  );
}
