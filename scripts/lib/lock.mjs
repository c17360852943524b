/** One process at a time, across processes. Only Node's own modules here. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // Someone else's process: alive, and not ours to signal.
  }
}

/** Takes the lock file, or says who holds it. A holder that died is no holder. */
function tryTake(file) {
  try {
    fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const holder = Number(fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : 0);
  // An empty file was created a moment ago and its pid is still being written: wait for it.
  if (holder > 0 && !isAlive(holder)) fs.rmSync(file, { force: true });
  return false;
}

/** Runs `action` while holding `<dir>/.lock`; others wait up to `timeoutMs` for it. */
export async function withLock(dir, action, timeoutMs = 600_000) {
  fs.mkdirSync(dir, { recursive: true });
  const file = path.join(dir, '.lock');
  const startedAt = Date.now();
  while (!tryTake(file)) {
    if (Date.now() - startedAt > timeoutMs) throw new Error(`Another process has held ${file} for too long`);
    await sleep(200);
  }
  try {
    return await action();
  } finally {
    fs.rmSync(file, { force: true });
  }
}
