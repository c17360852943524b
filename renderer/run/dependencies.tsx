/** What the run waits for beside people: circuit breakers that are not closed, and calls queued for capacity. */
import { Popover, UnstyledButton } from '@mantine/core';
import { Ellipsis, ZapOff } from 'lucide-react';
import type { DataOf } from '../../shared/events/event';
import type { Trace, TraceGovernorCall } from '../../shared/events/trace-model';
import { t } from '../i18n/t';
import { clockTime, reasonWords, stepName } from './words';

type Breaker = DataOf<'breaker.changed'>;

/** More changes than this in one run say nothing about how things stand now. */
const LOOK_BACK = 500;

/** The newest word on each breaker; those that closed again are left out. */
export function openBreakers(trace: Trace): readonly Breaker[] {
  const seen = new Set<string>();
  const open: Breaker[] = [];
  const { incidents } = trace;
  for (let i = incidents.length - 1; i >= Math.max(0, incidents.length - LOOK_BACK); i--) {
    const incident = incidents[i];
    if (incident?.type !== 'breaker.changed') continue;
    const breaker = incident.data as Breaker; // its event says so
    if (seen.has(breaker.subject)) continue;
    seen.add(breaker.subject);
    if (breaker.to !== 'closed') open.push(breaker);
  }
  return open;
}

interface Queued {
  readonly key: string;
  readonly name: string;
  readonly call: TraceGovernorCall;
}

export function lastGovernorCall(
  step: NonNullable<ReturnType<Trace['steps']['get']>>,
): TraceGovernorCall | undefined {
  return step.attempts.at(-1)?.calls.findLast((call): call is TraceGovernorCall => call.type === 'governor');
}

export function queuedSteps(trace: Trace): readonly Queued[] {
  return [...trace.active.keys()].flatMap((key) => {
    const step = trace.steps.get(key);
    const call = step?.status === 'queued' ? lastGovernorCall(step) : undefined;
    return step && call ? [{ key, name: stepName(trace.flow, step), call }] : [];
  });
}

export function Dependencies({ trace }: { readonly trace: Trace }) {
  const breakers = openBreakers(trace);
  const queued = queuedSteps(trace);
  if (breakers.length === 0 && queued.length === 0) return null;
  return (
    <Popover position="bottom" withArrow width={360}>
      <Popover.Target>
        <UnstyledButton className={`chip tint-${breakers.length > 0 ? 'red' : 'grey'}`}>
          {breakers.length > 0 ? <ZapOff size={12} aria-hidden /> : <Ellipsis size={12} aria-hidden />}
          {breakers.length > 0
            ? t('run.breakers', { count: breakers.length })
            : t('run.queue', { count: queued.length })}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <ul className="plain" aria-label={t('run.dependencies')}>
          {breakers.map((breaker) => (
            <li key={breaker.subject}>{breakerWords(breaker)}</li>
          ))}
          {queued.map(({ key, name, call }) => (
            <li key={key}>
              {t('run.queue.of', { name, dependency: call.dependency, reason: reasonWords(call.reason) })}
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}

function breakerWords({ subject, to, until }: Breaker): string {
  if (to === 'half-open') return t('run.breaker.half-open', { subject });
  return until === undefined
    ? t('run.breaker.openNow', { subject })
    : t('run.breaker.open', { subject, time: clockTime(until) });
}
