/**
 * A process that drives one run on a real database until it has ended: started again after it was killed, it goes on. Its
 * effects happen at a server that outlives it; a person who is asked whether one happened looks there. It prints `#<events>`
 * after each commit and one line of JSON at its end.
 */
import { createPure } from '../../electron/runtime/pure/create-pure';
import { createRuntime } from '../../electron/runtime/runtime';
import { openStore } from '../../electron/store/open-store';
import type { Json } from '../../shared/base/json';
import type { ToolInvocation } from '../../shared/ports/calls';
import { RUN_FLOWS } from './run-flows';

const [shape = 'chain', file = '', server = ''] = process.argv.slice(2);
const flow = RUN_FLOWS[shape];
if (!flow) throw new Error(`no flow ${shape}`);

async function effect(call: ToolInvocation): Promise<Json> {
  const n = (call.args as { n: number }).n;
  const reply = await fetch(`${server}/effect`, {
    method: 'POST',
    headers: { 'idempotency-key': call.key },
    body: JSON.stringify({ step: call.step, effect: call.tool.effect, n }),
  });
  return (await reply.json()) as Json;
}

const log = openStore(file, { mode: 'owner', clock: () => Date.now() });
const runtime = createRuntime({
  log,
  pure: createPure(),
  executors: {
    tool: async (call) => ({ ok: true, value: await effect(call) }),
    model: async (call) => {
      await fetch(`${server}/think`, { method: 'POST', body: call.prompt });
      const usage = { in: 1, out: 1 };
      return { ok: true, text: '{"n":1}', toolCalls: [], finish: 'stop', usage };
    },
    code: async () => ({ ok: true, value: null }),
  },
  clock: {
    now: () => Date.now(),
    at: (atMs, wake) => {
      const timer = setTimeout(wake, Math.max(0, atMs - Date.now()));
      return () => clearTimeout(timer);
    },
    soon: (task) => void setImmediate(task),
  },
  entropy: { seed: () => 1, runId: () => 'run' },
  secret: async () => undefined,
  // How far the record is, so that a killer can choose its moment.
  onEvents: (events) => void process.stdout.write(`#${events.at(-1)?.seq ?? 0}\n`),
});

const grants = { trust: true, baseFolder: '.', granted: {} };
if (log.run('run')) runtime.recover();
else runtime.start({ flow, semanticHash: shape, input: {}, mode: 'live', runId: 'run', grants });

for (;;) {
  const run = await runtime.settled('run');
  if (run.status !== 'waiting') {
    const last = log.events('run').at(-1);
    const output = last?.type === 'run.completed' ? last.data.output : null;
    process.stdout.write(
      `${JSON.stringify({ status: run.status, output, replay: runtime.replay('run').verdict })}\n`,
    );
    break;
  }
  for (const task of log.tasks('run')) {
    const asked = { runId: 'run', task: task.task, by: 'test', via: 'test' };
    if (task.type !== 'uncertain') runtime.decide({ ...asked, choice: task.choices[0]?.port ?? '' });
    else {
      const reply = await fetch(`${server}/happened?step=${encodeURIComponent(task.step ?? '')}`);
      const happened = (await reply.json()) as { value: Json | null };
      if (happened.value === null) runtime.decide({ ...asked, choice: 'not_happened' });
      else runtime.decide({ ...asked, choice: 'happened', values: happened.value });
    }
  }
}
await runtime.close();
log.close();
