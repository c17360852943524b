/** Breakpoints of a run that is under way: beside the drawing as a list, on the drawing as dots. */
import { type ReactNode, useMemo, useState } from 'react';
import type { Flow } from '../../shared/spec/flow';
import { act } from '../app/toasts';
import { request } from '../bridge/bridge';
import { BreakpointsContext, type CardBreakpoints } from '../canvas/breakpoint-dot';
import { t } from '../i18n/t';
import { type Breakpoint, Breakpoints, breakableNodes, rememberBreakpoints } from './breakpoints';
import { isEnded } from './run-store';
import { useRun } from './use-run';

const NONE: readonly Breakpoint[] = [];

interface RunBreakpoints {
  readonly points: readonly Breakpoint[];
  /** Missing while nothing can be changed: the run is over, or a moment that has passed is looked at. */
  readonly set: ((points: readonly Breakpoint[]) => void) | undefined;
}

function useRunBreakpoints(flow: Flow): RunBreakpoints {
  const points = useRun((s) => s.shown.run.overrides?.breakpoints ?? NONE);
  const runId = useRun((s) => s.runId);
  const isOpen = useRun((s) => s.at === undefined && !isEnded(s.trace.run.status));
  return useMemo(() => {
    const set = (next: readonly Breakpoint[]) =>
      act(async () => {
        await request('run.breakpoints', { runId, breakpoints: [...next] });
        rememberBreakpoints(flow, next);
      });
    return { points, set: isOpen ? set : undefined };
  }, [points, isOpen, runId, flow]);
}

/** Draws the dots: wraps the drawing. */
export function DrawnBreakpoints({ flow, children }: { readonly flow: Flow; readonly children: ReactNode }) {
  const { points, set } = useRunBreakpoints(flow);
  const value = useMemo<CardBreakpoints>(() => {
    const at = new Map<string, string>();
    for (const point of points)
      at.set(point.node, [at.get(point.node), wordsOf(point)].filter(Boolean).join(' '));
    if (!set) return { at };
    const run = (node: string) =>
      set(
        at.has(node) ? points.filter((point) => point.node !== node) : [...points, { node, when: 'before' }],
      );
    return { at, toggle: { canHave: new Set(breakableNodes(flow)), run } };
  }, [flow, points, set]);
  return <BreakpointsContext value={value}>{children}</BreakpointsContext>;
}

function wordsOf({ when, if: condition }: Breakpoint): string {
  return condition === undefined
    ? t(`run.breakpoints.stops.${when}`)
    : t(`run.breakpoints.stops.${when}.if`, { condition });
}

/** The list. What is chosen counts at once; a condition when its field is left. */
export function BreakpointList({ flow }: { readonly flow: Flow }) {
  const { points, set } = useRunBreakpoints(flow);
  const [draft, setDraft] = useState<readonly Breakpoint[]>();
  if (!set) return null;
  const shown = draft ?? points;
  const change = (next: readonly Breakpoint[]) => {
    const onlyConditions =
      next.length === shown.length &&
      next.every((point, i) => point.node === shown[i]?.node && point.when === shown[i]?.when);
    if (onlyConditions) return setDraft(next);
    setDraft(undefined);
    set(next);
  };
  const leave = () => {
    if (!draft) return;
    setDraft(undefined);
    set(draft);
  };
  return (
    <div
      role="presentation"
      onBlur={leave}
      onKeyDown={(event) => {
        if (event.key === 'Enter') leave();
      }}
    >
      <Breakpoints flow={flow} value={shown} onChange={change} />
    </div>
  );
}
