/** Looking up runs for commands. */
import { AppError } from '../../shared/base/app-error';
import type { RunInfo } from '../../shared/events/event';
import { isJsonObject } from '../../shared/base/json';
import type { Arguments } from './command';
import { didYouMean } from './did-you-mean';
import type { RunLog } from '../../shared/ports/run-log';

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

export function isEnded(run: RunInfo): boolean {
  return ENDED.has(run.status);
}

/** @throws AppError `run/unknown`, with the run that may have been meant. */
export function requireRun(log: Pick<RunLog, 'run' | 'runs'>, runId: string): RunInfo {
  const run = log.run(runId);
  if (run) return run;
  const known = log.runs({ limit: 200 }).map((other) => other.runId);
  const guess = known.find((id) => id.startsWith(runId)) ?? undefined;
  const meant = guess === undefined ? didYouMean(runId, known) : ` Did you mean ${guess}?`;
  throw new AppError('run/unknown', `There is no run ${runId} in this database.${meant}`, {
    details: { runId },
    hint: 'List the runs with: baton runs',
  });
}

/** Folder that relative paths of the run's tools start from, as it was recorded with the grants. */
export function folderOfGrants(log: Pick<RunLog, 'events'>, runId: string): string | undefined {
  const [first] = log.events(runId, 0, 1);
  const grants = first?.type === 'run.started' ? first.data.overrides?.grants : undefined;
  const folder = isJsonObject(grants) ? grants['baseFolder'] : undefined;
  return typeof folder === 'string' ? folder : undefined;
}

/** What a command said next needs to find the same database. */
export function withDatabase(args: Arguments): string {
  const db = args.value('db');
  if (db === undefined) return '';
  return ` --db ${/^[\w./:\\-]+$/.test(db) ? db : `'${db.replaceAll("'", "'\\''")}'`}`;
}
