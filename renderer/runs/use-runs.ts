/** The list of runs, filtered by the main side, kept up to date while runs go on. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { RunInfo } from '../../shared/events/event';
import type { RequestInput } from '../../shared/ipc/contract';
import { onPush, request, sentenceOf } from '../bridge/bridge';

const PAGE = 500;
const QUIET_MS = 400;

export interface RunFilter {
  readonly status: readonly string[];
  readonly flowId: string | undefined;
  readonly search: string;
  /** Started at or after this moment. */
  readonly since: number | undefined;
  readonly minCost: number | undefined;
}

export interface RunsState {
  readonly runs: readonly RunInfo[] | undefined;
  readonly total: number;
  readonly sizeBytes: number;
  readonly error: string | undefined;
  readonly reload: () => void;
  /** Reads the next page. */
  readonly more: () => void;
}

export function useRuns(filter: RunFilter): RunsState {
  const [answer, setAnswer] = useState<{
    readonly runs: readonly RunInfo[];
    readonly total: number;
    readonly sizeBytes: number;
  }>();
  const [error, setError] = useState<string>();
  const [limit, setLimit] = useState(PAGE);
  const latest = useRef(0);
  const { status, flowId, search, since, minCost } = filter;
  const statusKey = status.join();
  const reload = useCallback(() => {
    const turn = ++latest.current;
    readRuns(
      {
        ...(statusKey === '' ? {} : { status: statusKey.split(',') }),
        ...(flowId === undefined ? {} : { flowId }),
        ...(search.trim() === '' ? {} : { search: search.trim() }),
        ...(since === undefined ? {} : { since }),
        ...(minCost === undefined ? {} : { minCost }),
      },
      limit,
    ).then(
      (read) => {
        if (turn !== latest.current) return; // a newer question is under way
        setAnswer(read);
        setError(undefined);
      },
      (failure: unknown) => {
        if (turn === latest.current) setError(sentenceOf(failure).message);
      },
    );
  }, [statusKey, flowId, search, since, minCost, limit]);
  useEffect(() => {
    reload();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onPush('runs.changed', () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        reload();
      }, QUIET_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [reload]);
  const more = useCallback(() => setLimit((before) => before + PAGE), []);
  return {
    runs: answer?.runs,
    total: answer?.total ?? 0,
    sizeBytes: answer?.sizeBytes ?? 0,
    error,
    reload,
    more,
  };
}

/** In pages: one question may ask for a thousand rows at most. */
async function readRuns(filter: Omit<RequestInput<'run.list'>, 'limit' | 'offset'>, limit: number) {
  const first = await request('run.list', { ...filter, limit: PAGE, offset: 0 });
  const runs = [...first.runs];
  while (runs.length < Math.min(limit, first.total)) {
    const next = await request('run.list', { ...filter, limit: PAGE, offset: runs.length });
    if (next.runs.length === 0) break;
    runs.push(...next.runs);
  }
  return { runs, total: first.total, sizeBytes: first.sizeBytes };
}
