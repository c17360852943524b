/** The states a step or run can be in as the person sees them: always an icon, a word and a colour together. */
import {
  Ban,
  Check,
  Circle,
  CircleDashed,
  Clock,
  Ellipsis,
  GitBranch,
  Hand,
  Loader,
  type LucideIcon,
  MessageCircleQuestionMark,
  Pause,
  RotateCw,
  Slash,
  Undo2,
  X,
} from 'lucide-react';
import type { RunStatus, StepStatus } from '../../shared/events/event';

export const VISUAL_STATES = [
  'idle',
  'ready',
  'queued',
  'running',
  'waiting-person',
  'waiting-time',
  'retrying',
  'done',
  'fallback',
  'failed',
  'skipped',
  'uncertain',
  'paused',
  'cancelled',
  'compensating',
  'undone',
] as const;
export type VisualState = (typeof VISUAL_STATES)[number];

/** A tint of `tokens.css`: `--b-<tint>-fg`, `-bg` and `-line`. */
export type Tint =
  | 'slate'
  | 'grey'
  | 'indigo'
  | 'blue'
  | 'teal'
  | 'amber'
  | 'orange'
  | 'green'
  | 'violet'
  | 'red'
  | 'magenta';

export const stateLook: Readonly<Record<VisualState, { readonly icon: LucideIcon; readonly tint: Tint }>> = {
  idle: { icon: CircleDashed, tint: 'slate' },
  ready: { icon: Circle, tint: 'slate' },
  queued: { icon: Ellipsis, tint: 'grey' },
  running: { icon: Loader, tint: 'indigo' },
  'waiting-person': { icon: Hand, tint: 'amber' },
  'waiting-time': { icon: Clock, tint: 'amber' },
  retrying: { icon: RotateCw, tint: 'orange' },
  done: { icon: Check, tint: 'green' },
  fallback: { icon: GitBranch, tint: 'violet' },
  failed: { icon: X, tint: 'red' },
  skipped: { icon: Slash, tint: 'grey' },
  uncertain: { icon: MessageCircleQuestionMark, tint: 'magenta' },
  paused: { icon: Pause, tint: 'blue' },
  cancelled: { icon: Ban, tint: 'grey' },
  compensating: { icon: Undo2, tint: 'violet' },
  undone: { icon: Undo2, tint: 'violet' },
};

export function runState(status: RunStatus): VisualState {
  const states: Record<RunStatus, VisualState> = {
    running: 'running',
    waiting: 'waiting-person',
    paused: 'paused',
    compensating: 'compensating',
    completed: 'done',
    failed: 'failed',
    cancelled: 'cancelled',
  };
  return states[status];
}

/** `waiting` is for a person unless the caller knows better (a timer, capacity). */
export function stepState(status: StepStatus): VisualState {
  const states: Record<StepStatus, VisualState> = {
    ready: 'ready',
    queued: 'queued',
    running: 'running',
    retrying: 'retrying',
    waiting: 'waiting-person',
    committed: 'done',
    failed: 'failed',
    cancelled: 'cancelled',
    skipped: 'skipped',
  };
  return states[status];
}
