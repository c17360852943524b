/** The lab thread itself: one job after the other, each answered. */
import { parentPort } from 'node:worker_threads';
import { serializeError } from '../../../../shared/base/app-error';
import { labJobs, type LabTools } from './lab-jobs';
import type { LabReply, LabRequest } from './lab-thread';

export function runLab(tools: LabTools): void {
  const jobs = labJobs(tools);
  parentPort?.on('message', async (request: LabRequest) => {
    // The job and its input were sent together by the one client this thread has.
    const job = jobs[request.job] as (input: unknown) => unknown;
    let reply: LabReply;
    try {
      reply = { id: request.id, ok: true, value: await job(request.input) };
    } catch (error) {
      reply = { id: request.id, ok: false, error: serializeError(error) };
    }
    parentPort?.postMessage(reply);
  });
}
