/** The thread that runs code: one job after the other, each in a machine of its own. */
import { parentPort } from 'node:worker_threads';
import { type CodeJob, runCode } from './sandbox';

parentPort?.on('message', async (job: CodeJob) => {
  parentPort?.postMessage(await runCode(job));
});
