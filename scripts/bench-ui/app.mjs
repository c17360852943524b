/** Starts Electron and drives its window over the debugging port: nothing waits in main for a debugger, as it would else. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from '@playwright/test';
import { resolveElectron } from '../electron.mjs';
import { inRoot } from '../lib/paths.mjs';
import { isRoot } from '../lib/process.mjs';

const WAIT_MS = 60_000;
const CONNECT_MS = 10_000;
const TRIES = 4;

const tempFolder = () => fs.mkdtempSync(path.join(os.tmpdir(), 'bench-ui-'));

async function portOf(folder, child) {
  const file = path.join(folder, 'DevToolsActivePort');
  for (const endAt = Date.now() + WAIT_MS; Date.now() < endAt; await sleep(20)) {
    if (child.exitCode !== null) throw new Error(`Electron ended with code ${child.exitCode}.`);
    const [port, rest] = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n') : [];
    if (port && rest !== undefined) return port;
  }
  throw new Error('Electron opened no window in time.');
}

/** A window that is just coming up sometimes does not answer the first time. */
async function connect(port, tries = TRIES) {
  try {
    return await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { timeout: CONNECT_MS });
  } catch (error) {
    if (tries <= 1) throw error;
    return connect(port, tries - 1);
  }
}

/** @param what folder of the app @param userData its data, kept after `close` */
async function startApp(what, userData, env = {}) {
  const { path: binary } = await resolveElectron({ quiet: true });
  fs.rmSync(path.join(userData, 'DevToolsActivePort'), { force: true });
  const args = [what, `--user-data-dir=${userData}`, '--remote-debugging-port=0'];
  const startedAt = Date.now();
  const child = spawn(binary, [...args, ...(isRoot() ? ['--no-sandbox'] : [])], {
    stdio: 'ignore',
    env: { ...process.env, ...env },
  });
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  const browser = await portOf(userData, child)
    .then((port) => connect(port))
    .catch((error) => {
      child.kill('SIGKILL');
      throw error;
    });
  const [context] = browser.contexts();
  const page = context.pages()[0] ?? (await context.waitForEvent('page', { timeout: WAIT_MS }));
  page.setDefaultTimeout(WAIT_MS);
  const close = async () => {
    await browser.close();
    child.kill();
    await Promise.race([ended, sleep(5000)]);
    if (child.exitCode === null) child.kill('SIGKILL');
  };
  return { page, startedAt, pid: child.pid, close };
}

/** Starts an app with a data folder of its own, works with it, and leaves neither behind. */
export async function withApp(what, work, { env, prepare } = {}) {
  const userData = tempFolder();
  try {
    await prepare?.(userData);
    const app = await startApp(what, userData, env);
    try {
      return await work(app);
    } finally {
      await app.close();
    }
  } finally {
    fs.rmSync(userData, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

export const withOurs = (work, options) => withApp(inRoot(), work, options);

/** Asks main through the bridge of the page, as the window does. @throws when it refuses. */
export async function request(page, name, input) {
  const reply = await page.evaluate(([asked, given]) => window.baton.request(asked, given), [name, input]);
  if (!reply.ok) throw new Error(`${name}: ${reply.error.code} ${reply.error.message}`);
  return reply.value;
}

/** Memory in MB of a process and all its children, as Linux tells it; undefined elsewhere. */
export function memoryOf(pid) {
  if (process.platform !== 'linux') return undefined;
  const own = /^Pss:\s+(\d+)/m.exec(readIf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0;
  const children = readIf(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
  return Number(own) / 1024 + children.reduce((sum, child) => sum + (memoryOf(child) ?? 0), 0);
}

function readIf(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return ''; // it ended between our look and our reading
  }
}
