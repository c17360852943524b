/** The thread that asks databases: one statement after the other. */
import { parentPort } from 'node:worker_threads';
import { runSql, type SqlJob } from './sql-statement';

parentPort?.on('message', (job: SqlJob) => {
  parentPort?.postMessage(runSql(job));
});
