/** One line of plain words for each event of a run. */
import { durationWords } from '../../shared/base/duration-words';
import type { EventType, RunEvent } from '../../shared/events/event';
import type { Flow } from '../../shared/spec/flow';
import { kindWords } from '../i18n/failure-words';
import { t, type Vars } from '../i18n/t';
import { nodeName } from './words';

export const EVENT_GROUPS = ['steps', 'calls', 'people', 'failures', 'control'] as const;
export type EventGroup = (typeof EVENT_GROUPS)[number];

export function groupOf(type: EventType): EventGroup {
  if (/failed|rejected|refused|retry|deadletter|exceeded/.test(type)) return 'failures';
  if (type.startsWith('human.')) return 'people';
  if (/^(attempt|model|tool|governor|breaker)\./.test(type)) return 'calls';
  if (/^(step|context|output|timer)\./.test(type)) return 'steps';
  return 'control';
}

export function eventWords(event: RunEvent, flow: Flow | undefined): string {
  return t(`run.event.${event.type}`, varsOf(event, flow));
}

/** The event's own members as words, where a message uses them. */
function varsOf(event: RunEvent, flow: Flow | undefined): Vars {
  const name = (id: string) => nodeName(flow, id);
  switch (event.type) {
    case 'step.started':
      return { name: name(event.data.node) };
    case 'step.committed':
      return {
        port:
          event.data.routes.map((route) => `${route.port} → ${name(route.to)}`).join(', ') ||
          t('run.event.noRoute'),
      };
    case 'step.failed':
      return { kind: kindWords(event.data.kind), message: event.data.message };
    case 'attempt.started':
      return { attempt: event.attempt ?? 1, model: event.data.model ?? event.data.dependency ?? '' };
    case 'attempt.completed':
      return { attempt: event.attempt ?? 1, time: durationWords(event.data.latencyMs) };
    case 'attempt.failed':
    case 'attempt.rejected':
    case 'tool.failed':
      return { attempt: event.attempt ?? 1, kind: kindWords(event.data.kind), message: event.data.message };
    case 'retry.scheduled':
      return { attempt: event.data.nextAttempt, time: durationWords(event.data.delayMs) };
    case 'model.completed':
      return { model: event.data.model, tokens: event.data.usage.in + event.data.usage.out };
    case 'tool.started':
      return { tool: event.data.tool };
    case 'tool.refused':
      return { tool: event.data.tool, reason: event.data.reason };
    case 'human.asked':
      return { title: event.data.title };
    case 'human.decided':
      return { by: event.data.by, choice: event.data.choice };
    default:
      return scalarsOf(event.data);
  }
}

function scalarsOf(data: object): Vars {
  const vars: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(data)) {
    if (typeof value === 'string' || typeof value === 'number') vars[key] = value;
    else if (Array.isArray(value)) vars[key] = value.length;
  }
  return vars;
}
