/** Rows of the run tables and what they mean. */
import type { DeadLetterInfo, RunEvent, RunInfo, TaskInfo } from '../../shared/events/event';
import type { BreakerRow, MailboxEntry, RunFilter } from '../../shared/ports/run-log';
import { isEnded, nodeOfStep, type OpenTask, type RunProjection } from './projection';

/** Room for seqs in an event's id; `events.id = run * SEQS + seq`. */
export const SEQS = 67_108_864;

export interface RunRow {
  readonly id: number;
  readonly run_id: string;
  readonly flow_id: string;
  readonly name: string;
  readonly version: string;
  readonly semantic_hash: string;
  readonly mode: RunInfo['mode'];
  readonly status: RunInfo['status'];
  readonly reason: string | null;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly usage: string;
  readonly waiting: number;
  readonly forked_run: string | null;
  readonly forked_seq: number | null;
  readonly last_seq: number;
  readonly error: string | null;
  readonly live: string | null;
}

export const RUN_COLUMNS = `runs.id, runs.run_id, flows.flow_id, flows.name, flows.version, runs.semantic_hash, runs.mode,
  runs.status, runs.reason, runs.started_at, runs.ended_at, runs.usage, runs.waiting, runs.forked_run, runs.forked_seq,
  runs.last_seq, runs.error, runs.live`;

export function runInfo(row: RunRow): RunInfo {
  return {
    runId: row.run_id,
    flowId: row.flow_id,
    flowName: row.name,
    flowVersion: row.version,
    semanticHash: row.semantic_hash,
    mode: row.mode,
    status: row.status,
    ...(row.reason === null ? {} : { reason: row.reason }),
    startedAt: row.started_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    usage: JSON.parse(row.usage),
    waiting: row.waiting,
    ...(row.forked_run === null ? {} : { forkedFrom: { runId: row.forked_run, seq: row.forked_seq ?? 0 } }),
    lastSeq: row.last_seq,
    ...(row.error === null ? {} : { error: JSON.parse(row.error) }),
  };
}

interface Live {
  readonly phase: RunProjection['phase'];
  readonly pausedFor?: string;
  readonly lastAt: number;
  readonly active: readonly string[];
  readonly open: readonly (readonly [string, OpenTask])[];
}

/** What the fold needs to go on after a restart, beyond what the row shows; nothing once the run has ended. */
export function liveText(projection: RunProjection): string | null {
  const { info, phase, pausedFor, lastAt, active, open } = projection;
  if (isEnded(info.status) && open.size === 0) return null;
  const live: Live = {
    phase,
    ...(pausedFor === undefined ? {} : { pausedFor }),
    lastAt,
    active: [...active],
    open: [...open],
  };
  return JSON.stringify(live);
}

export function runProjection(row: RunRow): RunProjection {
  const info = runInfo(row);
  if (row.live === null) {
    return {
      info,
      phase: 'ended',
      pausedFor: undefined,
      lastAt: info.endedAt ?? info.startedAt,
      active: new Set(),
      open: new Map(),
    };
  }
  const live: Live = JSON.parse(row.live);
  return {
    info,
    phase: live.phase,
    pausedFor: live.pausedFor,
    lastAt: live.lastAt,
    active: new Set(live.active),
    open: new Map(live.open),
  };
}

/** `WHERE` of a filter, shared by the list and its count. */
export function runWhere(filter: RunFilter): {
  readonly sql: string;
  readonly values: readonly (string | number)[];
} {
  const parts: string[] = [];
  const values: (string | number)[] = [];
  if (filter.status !== undefined) {
    parts.push(`runs.status IN (${filter.status.map(() => '?').join(', ')})`);
    values.push(...filter.status);
  }
  if (filter.flowId !== undefined) {
    parts.push('flows.flow_id = ?');
    values.push(filter.flowId);
  }
  const compare = (sql: string, value: number | undefined) => {
    if (value === undefined) return;
    parts.push(sql);
    values.push(value);
  };
  compare('runs.started_at >= ?', filter.since);
  compare('runs.started_at < ?', filter.until);
  compare("json_extract(runs.usage, '$.cost.amount') >= ?", filter.minCost);
  const words = filter.search?.trim();
  if (words) {
    parts.push(
      "(runs.run_id LIKE ? ESCAPE '\\' OR flows.flow_id LIKE ? ESCAPE '\\' OR flows.name LIKE ? ESCAPE '\\')",
    );
    const pattern = `%${words.replaceAll(/[\\%_]/g, '\\$&')}%`;
    values.push(pattern, pattern, pattern);
  }
  return { sql: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, values };
}

/** The same filter for runs in memory. Like SQLite's LIKE, letters outside ASCII keep their case. */
export function matchesFilter(info: RunInfo, filter: RunFilter): boolean {
  if (filter.status !== undefined && !filter.status.includes(info.status)) return false;
  if (filter.flowId !== undefined && info.flowId !== filter.flowId) return false;
  if (filter.since !== undefined && info.startedAt < filter.since) return false;
  if (filter.until !== undefined && info.startedAt >= filter.until) return false;
  if (filter.minCost !== undefined && info.usage.cost.amount < filter.minCost) return false;
  const words = filter.search?.trim();
  if (!words) return true;
  const sought = lowerAscii(words);
  return [info.runId, info.flowId, info.flowName].some((text) => lowerAscii(text).includes(sought));
}

function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

type Asked = Extract<RunEvent, { type: 'human.asked' }>;

/** A task as the inbox shows it: the event that asked for it. */
export function taskInfo(asked: Asked): TaskInfo {
  const { task, type, title, body, evidence, form, proposed, choices, assignee, deadlineAt, onDeadline } =
    asked.data;
  return {
    task,
    runId: asked.runId,
    ...(asked.step === undefined ? {} : { step: asked.step, node: nodeOfStep(asked.step) }),
    type,
    title,
    ...(body === undefined ? {} : { body }),
    evidence,
    ...(form === undefined ? {} : { form }),
    ...(proposed === undefined ? {} : { proposed }),
    choices,
    ...(assignee === undefined ? {} : { assignee }),
    askedAt: asked.at,
    ...(deadlineAt === undefined ? {} : { deadlineAt }),
    ...(onDeadline === undefined ? {} : { onDeadline }),
  };
}

export interface DeadLetterRow {
  readonly run_id: string;
  readonly name: string;
  readonly seq: number;
  readonly at: number;
  readonly step: string;
  readonly kind: DeadLetterInfo['kind'];
  readonly code: string;
  readonly message: string;
  readonly closed_by: string | null;
}

export function deadLetterInfo(row: DeadLetterRow): DeadLetterInfo {
  return {
    runId: row.run_id,
    flowName: row.name,
    step: row.step,
    node: nodeOfStep(row.step),
    kind: row.kind,
    code: row.code,
    message: row.message,
    at: row.at,
    seq: row.seq,
    ...(row.closed_by === null ? {} : { closedBy: row.closed_by }),
  };
}

export interface StoredBreaker {
  readonly subject: string;
  readonly state: BreakerRow['state'];
  readonly until: number | null;
  readonly failures: string;
}

export function breakerRow(row: StoredBreaker): BreakerRow {
  return {
    subject: row.subject,
    state: row.state,
    ...(row.until === null ? {} : { until: row.until }),
    failures: JSON.parse(row.failures),
  };
}

export interface StoredMail {
  readonly id: number;
  readonly run_id: string;
  readonly kind: MailboxEntry['kind'];
  readonly data: string;
  readonly at: number;
}

export function mailboxEntry(row: StoredMail): MailboxEntry {
  return { id: row.id, runId: row.run_id, kind: row.kind, data: JSON.parse(row.data), at: row.at };
}
