/**
 * The record of a run as CloudEvents 1.0, one a line. `data` is our event line whole; the hashes travel as extension
 * attributes, so whoever has the file can check the chain: an event whose data was masked keeps its `datahash`.
 */
import { canonicalJson } from '../../../shared/base/jcs';
import { isoTime } from '../../../shared/base/iso-time';
import type { JsonObject } from '../../../shared/base/json';
import { chainText } from '../../../shared/events/hash-chain';
import { eventLine } from '../../../shared/events/trace-json';
import { z } from '../../../shared/spec/zod';
import { sha256Of } from './files';
import type { RunRecord } from './run-record';

const SEQUENCE_DIGITS = 12;
const TYPE_PREFIX = 'baton.';

export function cloudEvents(record: RunRecord): readonly JsonObject[] {
  const { runId } = record.run;
  let prevHash: string | undefined;
  return record.events.map((event) => {
    const link = record.chain.get(event.seq);
    const line: JsonObject = {
      specversion: '1.0',
      id: `${runId}-${event.seq}`,
      source: `urn:baton:run:${encodeURIComponent(runId)}`,
      type: `${TYPE_PREFIX}${event.type}`,
      ...(event.step === undefined ? {} : { subject: event.step }),
      time: isoTime(event.at),
      datacontenttype: 'application/json',
      sequence: String(event.seq).padStart(SEQUENCE_DIGITS, '0'),
      ...(link === undefined ? {} : { datahash: link.dataHash, hash: link.hash }),
      ...(prevHash === undefined ? {} : { prevhash: prevHash }),
      ...(record.maskedSeqs.has(event.seq) ? { masked: true } : {}),
      data: eventLine(event),
    };
    prevHash = link?.hash;
    return line;
  });
}

const Line = z.looseObject({
  sequence: z.string(),
  datahash: z.string(),
  hash: z.string(),
  prevhash: z.string().optional(),
  masked: z.boolean().optional(),
  data: z.looseObject({
    runId: z.string(),
    seq: z.int(),
    type: z.string(),
    at: z.string(),
    step: z.string().optional(),
    attempt: z.int().optional(),
    data: z.unknown(),
  }),
});

export type ExportedChainVerdict =
  | { readonly ok: true; readonly events: number; readonly head: string | undefined; readonly masked: number }
  | { readonly ok: false; readonly line: number; readonly reason: string };

/**
 * Checks an exported record by itself: links, order, hashes, and the data of every event that was not masked. Data that
 * holds something sensitive is hashed with a nonce that stays at home, so it is always among the masked.
 */
export function verifyCloudEvents(lines: readonly unknown[]): ExportedChainVerdict {
  let prevHash: string | undefined;
  let masked = 0;
  for (const [index, value] of lines.entries()) {
    const bad = (reason: string): ExportedChainVerdict => ({ ok: false, line: index + 1, reason });
    const parsed = Line.safeParse(value);
    if (!parsed.success) return bad('it is not an event with its hashes');
    const { data: event, datahash, hash, prevhash } = parsed.data;
    if (event.seq !== index + 1) return bad(`event ${index + 1} is missing`);
    if (prevhash !== prevHash) return bad('it does not follow the event before it');
    const { runId, seq, type, step, attempt } = event;
    const link = { runId, seq, type, at: Date.parse(event.at), dataHash: datahash };
    const rest = { ...(step === undefined ? {} : { step }), ...(attempt === undefined ? {} : { attempt }) };
    const text = chainText({ ...link, ...rest, ...(prevHash === undefined ? {} : { prevHash }) });
    if (sha256Of(text) !== hash) return bad('its hash does not fit what it says');
    if (parsed.data.masked) masked++;
    else if (sha256Of(canonicalJson(event.data)) !== datahash) return bad('its data was changed');
    prevHash = hash;
  }
  return { ok: true, events: lines.length, head: prevHash, masked };
}
