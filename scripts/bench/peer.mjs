/**
 * The peer in a process of its own. Its packages are installed on demand beside our other downloads, outside the
 * repository, at fixed versions; where that fails the table goes without its column.
 */
import { fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { withLock } from '../lib/lock.mjs';
import { cacheDir, inRoot, readText } from '../lib/paths.mjs';
import { runNpm } from '../lib/process.mjs';

const PACKAGES = {
  '@langchain/langgraph': '1.4.17',
  '@langchain/core': '1.2.13',
  '@langchain/langgraph-checkpoint': '1.1.5',
  '@langchain/langgraph-checkpoint-sqlite': '1.0.4',
  zod: '4.6.7',
  'better-sqlite3': '13.2.0',
};
const INSTALL_TIMEOUT_MS = 300_000;
const MANIFEST = JSON.stringify({
  name: 'bench-peer',
  private: true,
  type: 'module',
  dependencies: PACKAGES,
});
const BINDING = 'node_modules/better-sqlite3/build/Release';
const folder = path.join(cacheDir, 'bench', 'langgraph');

async function install() {
  fs.mkdirSync(folder, { recursive: true });
  await withLock(folder, async () => {
    const mark = path.join(folder, '.installed');
    if (readText(mark) !== MANIFEST) {
      console.error('bench: installing LangGraph.js beside our other downloads (once for this machine)');
      fs.writeFileSync(path.join(folder, 'package.json'), MANIFEST);
      const args = [
        'install',
        '--legacy-peer-deps',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
      ];
      const code = await runNpm(args, { cwd: folder, timeout: INSTALL_TIMEOUT_MS });
      if (code !== 0) throw new Error(`npm install ended with ${code}`);
      fs.writeFileSync(mark, MANIFEST);
    }
    takeOurBinding();
  });
}

/** The binding that `scripts/native.mjs` made fits this Node; the one that ships may not. */
function takeOurBinding() {
  const own = inRoot(BINDING, 'better_sqlite3.node');
  if (!fs.existsSync(own)) return;
  const target = path.join(folder, BINDING);
  fs.mkdirSync(target, { recursive: true });
  fs.copyFileSync(own, path.join(target, 'better_sqlite3.node'));
}

function started() {
  for (const name of ['langgraph-peer.mjs', 'workloads.mjs'])
    fs.copyFileSync(path.join(import.meta.dirname, name), path.join(folder, name)); // beside its packages
  const env = { ...process.env, LANGCHAIN_TRACING_V2: 'false', LANGSMITH_TRACING: 'false' };
  const child = fork(path.join(folder, 'langgraph-peer.mjs'), { env, execArgv: ['--no-warnings'] });
  return new Promise((resolve, reject) => {
    child.once('message', () => {
      child.off('exit', onExit);
      resolve(child);
    });
    const onExit = (code, signal) => reject(new Error(`the peer ended at once (${code ?? signal})`));
    child.once('exit', onExit);
  });
}

/** `ask(work, size?)` measures one workload; undefined when the peer cannot be had here. */
export async function createPeer() {
  try {
    await install();
    const child = await started();
    const ask = (work, size) =>
      new Promise((resolve, reject) => {
        const onExit = () => reject(new Error(`the peer ended in ${work}`));
        child.once('exit', onExit);
        child.once('message', ({ result, error }) => {
          child.off('exit', onExit);
          if (error === undefined) resolve(result);
          else reject(new Error(error));
        });
        child.send({ work, size });
      });
    return { ask, close: () => child.disconnect() };
  } catch (error) {
    console.error(`bench: without LangGraph.js, it cannot be had here: ${error.message}`);
    return undefined;
  }
}
