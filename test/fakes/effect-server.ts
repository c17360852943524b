/** The world of a killed process: counts effects and remembers what each step was answered. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface EffectServer {
  readonly url: string;
  /** How often each key's effect was asked for, by kind of effect. */
  readonly once: ReadonlyMap<string, number>;
  readonly keysOfStep: ReadonlyMap<string, ReadonlySet<string>>;
  reset(): void;
  close(): Promise<void>;
}

export async function startEffectServer(): Promise<EffectServer> {
  const once = new Map<string, number>();
  const keysOfStep = new Map<string, Set<string>>();
  const answers = new Map<string, unknown>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    response.setHeader('content-type', 'application/json');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://test');
      if (url.pathname === '/happened') {
        response.end(JSON.stringify({ value: answers.get(url.searchParams.get('step') ?? '') ?? null }));
        return;
      }
      if (url.pathname !== '/effect') {
        response.end('{}');
        return;
      }
      const { step, effect, n } = JSON.parse(body) as { step: string; effect: string; n: number };
      const key = String(request.headers['idempotency-key']);
      if (effect === 'once') once.set(key, (once.get(key) ?? 0) + 1);
      keysOfStep.set(step, (keysOfStep.get(step) ?? new Set()).add(key));
      answers.set(step, { n });
      response.end(JSON.stringify({ n }));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    once,
    keysOfStep,
    reset: () => {
      once.clear();
      keysOfStep.clear();
      answers.clear();
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
