/** The rehearsal in real time: executors that wait as long as a call would have taken, then answer as rehearsed. */
import type {
  AbortSignalLike,
  Call,
  CallContext,
  CallFailure,
  Executors,
  ModelOutcome,
  ValueOutcome,
} from '../../shared/ports/calls';
import { type Rehearsed, type RehearsalOptions, rehearseModel, rehearseTool } from './rehearsal';

export interface SimulatedExecutorOptions {
  /** What the run of a call rehearses: its flow, seed and faults. */
  rehearsalOf(call: Call): RehearsalOptions;
  /** Resolves after the time, or earlier when the signal aborts. */
  sleep(ms: number, signal: AbortSignalLike): Promise<void>;
  /** How much faster than life: 10 waits a tenth of the time, Infinity does not wait. */
  readonly speed?: number;
  /** An injected crash: the process is to die here, before or after the call had its effect. */
  onCrash?(when: 'before' | 'after'): void;
}

const CANCELLED: CallFailure = {
  ok: false,
  kind: 'cancelled',
  code: 'rehearsal/cancelled',
  message: 'The call was cancelled.',
  sent: 'maybe',
};

export function simulatedExecutors(options: SimulatedExecutorOptions): Executors {
  return {
    model: (call, { signal, onText }) =>
      play<ModelOutcome>(options, rehearseModel(call, options.rehearsalOf(call)), signal, ({ text }) =>
        onText(text),
      ),
    tool: (call, context) => playValue(options, call, context),
    code: (call, context) => playValue(options, call, context),
  };
}

function playValue(
  options: SimulatedExecutorOptions,
  call: Exclude<Call, { type: 'model' }>,
  { signal }: CallContext,
): Promise<ValueOutcome> {
  return play<ValueOutcome>(options, rehearseTool(call, options.rehearsalOf(call)), signal, () => undefined);
}

async function play<O extends ModelOutcome | ValueOutcome>(
  { sleep, speed = 1, onCrash }: SimulatedExecutorOptions,
  { outcome, latencyMs, crash }: Rehearsed<O>,
  signal: AbortSignalLike,
  onDone: (outcome: Extract<O, { ok: true }>) => void,
): Promise<O | CallFailure> {
  if (signal.aborted) return { ...CANCELLED, sent: 'no' };
  if (crash === 'before') onCrash?.('before');
  const waitMs = latencyMs / speed;
  if (waitMs > 0) await sleep(waitMs, signal);
  if (signal.aborted) return CANCELLED;
  if (crash === 'after') onCrash?.('after');
  if (outcome.ok) onDone(outcome as Extract<O, { ok: true }>); // narrowed by the line's condition
  return outcome;
}
