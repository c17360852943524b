/** Messages other processes left in the database (a decision made on the command line while the app owns it). */
import { serializeError } from '../../../shared/base/app-error';
import { assertNever } from '../../../shared/base/assert-never';
import type { MailboxEntry, RunLog } from '../../../shared/ports/run-log';
import { JsonValue } from '../../../shared/spec/values';
import { z } from '../../../shared/spec/zod';
import type { RuntimeApi } from '../api';

const Mail = z.looseObject({
  task: z.string().optional(),
  choice: z.string().optional(),
  values: JsonValue.optional(),
  comment: z.string().optional(),
  compensate: z.boolean().optional(),
  by: z.string().optional(),
});

type Target = Pick<RuntimeApi, 'pause' | 'resume' | 'cancel' | 'decide'>;

/** Acts on everything in the mailbox. A message that cannot be followed is dropped and told, never tried for ever. */
export function readMail(
  log: Pick<RunLog, 'mailbox' | 'mailboxDone'>,
  runtime: Target,
  onTrouble: (message: string) => void,
): void {
  const entries = log.mailbox();
  if (entries.length === 0) return;
  for (const entry of entries) {
    try {
      follow(runtime, entry);
    } catch (error) {
      const { code, message } = serializeError(error);
      onTrouble(`a message for run ${entry.runId} (${entry.kind}) was dropped: ${code} ${message}`);
    }
  }
  log.mailboxDone(entries.map((entry) => entry.id));
}

function follow(runtime: Target, entry: MailboxEntry): void {
  const mail = Mail.parse(entry.data);
  const by = mail.by ?? 'command line';
  switch (entry.kind) {
    case 'pause':
      runtime.pause(entry.runId, by);
      return;
    case 'resume':
      runtime.resume(entry.runId, by);
      return;
    case 'cancel':
      runtime.cancel(entry.runId, mail.compensate ?? false, by);
      return;
    case 'decide':
      runtime.decide({
        runId: entry.runId,
        task: mail.task ?? '',
        choice: mail.choice ?? '',
        ...(mail.values === undefined ? {} : { values: mail.values }),
        ...(mail.comment === undefined ? {} : { comment: mail.comment }),
        by,
        via: 'mailbox',
      });
      return;
    default:
      assertNever(entry.kind, 'message in the mailbox');
  }
}
