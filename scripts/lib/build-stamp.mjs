/**
 * Was anything changed since the last build? Times and sizes answer in milliseconds; where they differ,
 * contents decide (a checkout or a formatter touches files without changing them).
 */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { inRoot, readText } from './paths.mjs';

function* filesUnder(place) {
  const full = inRoot(place);
  const stat = fs.statSync(full, { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isDirectory()) {
    yield { file: place, full, stat };
    return;
  }
  for (const name of fs.readdirSync(full).sort()) yield* filesUnder(path.posix.join(place, name));
}

function fingerprint(places, describe) {
  const hash = crypto.createHash('sha256');
  for (const place of places) {
    for (const entry of filesUnder(place)) hash.update(`${entry.file}\0${describe(entry)}\n`);
  }
  return hash.digest('hex');
}

const byTime = ({ stat }) => `${stat.size} ${stat.mtimeMs}`;
const byContent = ({ full }) => crypto.createHash('sha256').update(fs.readFileSync(full)).digest('hex');

/** `places` are files and folders that a build reads; `outputs` the files it must have left. */
export function buildStamp(name, places, outputs) {
  const file = inRoot('dist', `.stamp-${name}.json`);
  const write = (stamp) => {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify(stamp));
  };
  return {
    isFresh() {
      if (!outputs().every((output) => fs.existsSync(inRoot(output)))) return false;
      const last = JSON.parse(readText(file) ?? '{}');
      const times = fingerprint(places, byTime);
      if (last.times === times) return true;
      if (last.contents !== fingerprint(places, byContent)) return false;
      write({ ...last, times });
      return true;
    },
    /** Taken before a build and kept after it: an edit in between makes the next one build again. */
    take() {
      const stamp = { times: fingerprint(places, byTime), contents: fingerprint(places, byContent) };
      return { keep: () => write(stamp) };
    },
    forget: () => fs.rmSync(file, { force: true }),
  };
}
