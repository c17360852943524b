/**
 * A process that uses a run database: `own` holds it, `try` reports how opening ends, `write` commits step after step and
 * prints each number after its commit, until it is killed.
 */
import { openStore } from '../../electron/store/open-store';
import { RunScript } from './run-events';

const [task, file = '', mode = 'owner'] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);

function open() {
  return openStore(file, { clock: () => 0, mode: mode === 'reader' || mode === 'auto' ? mode : 'owner' });
}

try {
  if (task === 'own') {
    const store = open();
    say(`${store.mode} ${store.epoch}`);
    process.stdin.resume(); // until it is killed or its input ends
    process.stdin.once('end', () => store.close());
  } else if (task === 'try') {
    const store = open();
    say(JSON.stringify({ mode: store.mode, notice: store.notice?.code, runs: store.runs().length }));
    store.close();
  } else if (task === 'write') {
    const store = open();
    const run = new RunScript(`run-${store.epoch}`);
    store.commit([run.first()]);
    for (let i = 1; ; i++) {
      const output = `${i}`.padEnd(i % 5 === 0 ? 6000 : 300, 'x');
      store.commit([run.append(run.stepStarted(`n#${i + 1}`), run.committed(`n#${i + 1}`, { output }))]);
      say(`${run.runId} ${run.seq}`);
    }
  }
} catch (error) {
  say(JSON.stringify({ code: (error as { code?: unknown }).code, message: (error as Error).message }));
}
