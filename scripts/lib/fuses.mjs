/**
 * Electron's fuses are single bytes behind a sentinel in the binary: version, length, then one '0', '1'
 * or 'r' (removed) each. The npm-hosted runtime has them set for its own app; we set them back to stock.
 */
import fs from 'node:fs';

const SENTINEL = Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX');
const STOCK_FUSES = [
  ['RunAsNode', '1'],
  ['EnableCookieEncryption', '0'],
  ['EnableNodeOptionsEnvironmentVariable', '1'],
  ['EnableNodeCliInspectArguments', '1'],
  ['EnableEmbeddedAsarIntegrityValidation', '0'],
  ['OnlyLoadAppFromAsar', '0'],
  ['LoadBrowserProcessSpecificV8Snapshot', '0'],
  ['GrantFileProtocolExtraPrivileges', '1'],
];
const REMOVED = 'r'.charCodeAt(0);
const CHUNK_BYTES = 16 << 20;

async function findWire(handle) {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const overlap = SENTINEL.length + 2 + STOCK_FUSES.length;
  for (let position = 0; ; position += CHUNK_BYTES - overlap) {
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, position);
    const at = chunk.subarray(0, bytesRead).indexOf(SENTINEL);
    if (at >= 0 && at + overlap <= bytesRead) return position + at + SENTINEL.length;
    if (bytesRead < CHUNK_BYTES) throw new Error('This Electron binary has no fuses');
  }
}

export async function setStockFuses(binary) {
  const handle = await fs.promises.open(binary, 'r+');
  try {
    const position = await findWire(handle);
    const wire = Buffer.alloc(2 + STOCK_FUSES.length);
    await handle.read(wire, 0, wire.length, position);
    const [version, count] = wire;
    if (version !== 1) throw new Error(`Unknown version of Electron's fuses: ${version}`);
    STOCK_FUSES.slice(0, count).forEach(([, value], index) => {
      if (wire[2 + index] !== REMOVED) wire[2 + index] = value.charCodeAt(0);
    });
    await handle.write(wire, 0, wire.length, position);
  } finally {
    await handle.close();
  }
}
