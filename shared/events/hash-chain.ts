/**
 * The chain that makes a record tamper-evident. Pure text; whoever checks it brings SHA-256.
 *
 * H1. `dataHash = sha256(JCS(data) + nonce)`; the nonce is there only when sensitive data is inside, so that a short
 *     secret answer cannot be guessed from its hash.
 * H2. `hash = sha256(JCS{runId, seq, type, at, step, attempt, dataHash, prevHash})`; missing members are left out, and
 *     `prevHash` is missing for seq 1. Hashes are lower-case hex.
 * H3. A redacted export keeps `dataHash`, so its chain still verifies.
 */

export interface ChainLink {
  readonly runId: string;
  readonly seq: number;
  readonly type: string;
  readonly at: number;
  readonly step?: string;
  readonly attempt?: number;
  readonly dataHash: string;
  readonly prevHash?: string;
}

/** The text whose SHA-256 is an event's hash: JCS written out, because the members are few and always the same. */
export function chainText(link: ChainLink): string {
  const attempt = link.attempt === undefined ? '' : `"attempt":${link.attempt},`;
  const previous = link.prevHash === undefined ? '' : `"prevHash":"${link.prevHash}",`;
  const step = link.step === undefined ? '' : `"step":${JSON.stringify(link.step)},`;
  return `{"at":${link.at},${attempt}"dataHash":"${link.dataHash}",${previous}"runId":${JSON.stringify(link.runId)},"seq":${link.seq},${step}"type":${JSON.stringify(link.type)}}`;
}
