/** A model service on 127.0.0.1 that speaks the OpenAI chat protocol and misbehaves on request. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with one call. The last step of a script is repeated for further calls. */
export type Behaviour =
  | { readonly do: 'text'; readonly text: string; readonly usage?: { in: number; out: number } }
  | { readonly do: 'json'; readonly value: unknown }
  | {
      readonly do: 'tools';
      readonly calls: readonly { id?: string; name: string; args: unknown }[];
      readonly text?: string;
    }
  | {
      readonly do: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly message?: string;
    }
  | { readonly do: 'hang' }
  | { readonly do: 'drip'; readonly everyMs: number }
  /** Sends a part, and the rest when the test says so. */
  | { readonly do: 'hold'; readonly before: string; readonly until: Promise<void>; readonly after: string }
  | { readonly do: 'cut'; readonly after: string }
  | { readonly do: 'end-early'; readonly text: string }
  | { readonly do: 'garbage' }
  | { readonly do: 'html' }
  | { readonly do: 'refuse' }
  | { readonly do: 'filter' }
  | { readonly do: 'empty' }
  | { readonly do: 'huge'; readonly bytes: number; readonly start?: string; readonly pieceBytes?: number }
  | { readonly do: 'reset' };

export interface SeenCall {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
  /** Whether the caller went away before the answer was complete. */
  closedEarly: boolean;
}

export interface OpenAiServer {
  readonly baseURL: string;
  readonly calls: readonly SeenCall[];
  /** Replaces what happens next. */
  script(...steps: Behaviour[]): void;
  /** Resolves when the caller of the last call has gone away. */
  callerLeft(): Promise<void>;
  close(): Promise<void>;
}

export async function startOpenAiServer(...first: Behaviour[]): Promise<OpenAiServer> {
  let steps = [...first];
  const calls: SeenCall[] = [];
  const leaving: (() => void)[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const call: SeenCall = { path: request.url ?? '', headers: request.headers, body, closedEarly: false };
    calls.push(call);
    response.on('close', () => {
      call.closedEarly = !response.writableFinished;
      for (const done of leaving.splice(0)) done();
    });
    const step = steps.length > 1 ? (steps.shift() as Behaviour) : steps[0];
    perform(step ?? { do: 'text', text: 'ok' }, request, response, body['stream'] === true, timers);
  };
  const server = createServer((request, response) => void receive(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    calls,
    script: (...next) => {
      steps = next;
    },
    callerLeft: () =>
      new Promise((resolve) => {
        leaving.push(resolve);
      }),
    close: () => close(server, timers),
  };
}

async function close(server: Server, timers: ReadonlySet<NodeJS.Timeout>): Promise<void> {
  for (const timer of timers) clearInterval(timer);
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
  } catch {
    return {}; // a GET has no body
  }
}

function perform(
  step: Behaviour,
  request: IncomingMessage,
  response: ServerResponse,
  streamed: boolean,
  timers: Set<NodeJS.Timeout>,
): void {
  switch (step.do) {
    case 'text':
      return answer(response, streamed, { content: step.text }, 'stop', step.usage);
    case 'json':
      return answer(response, streamed, { content: JSON.stringify(step.value) }, 'stop');
    case 'tools':
      return answer(
        response,
        streamed,
        { content: step.text ?? '', tool_calls: toolCalls(step.calls) },
        'tool_calls',
      );
    case 'status':
      response.writeHead(step.status, { 'content-type': 'application/json', ...step.headers });
      response.end(
        JSON.stringify({ error: { message: step.message ?? 'scripted failure', type: 'scripted' } }),
      );
      return;
    case 'hang':
      return;
    case 'drip':
      return drip(response, step.everyMs, timers);
    case 'hold':
      void hold(response, step.before, step.until, step.after);
      return;
    case 'cut':
      openStream(response);
      sendChunk(response, { content: step.after }, null);
      // the text must be on its way before the line is cut
      setImmediate(() => setTimeout(() => request.socket.destroy(), 20));
      return;
    case 'end-early':
      openStream(response);
      sendChunk(response, { content: step.text }, null);
      response.end();
      return;
    case 'garbage':
      openStream(response);
      response.end('data: {"this is": not json\n\n');
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html><body>Welcome to the hotel network</body></html>');
      return;
    case 'refuse':
      return answer(response, streamed, { refusal: 'I cannot help with that.' }, 'stop');
    case 'filter':
      return answer(response, streamed, { content: '' }, 'content_filter');
    case 'empty':
      return answer(response, streamed, { content: '' }, 'stop');
    case 'huge':
      return huge(response, step.bytes, step.start, step.pieceBytes);
    case 'reset':
      request.socket.resetAndDestroy();
      return;
  }
}

function toolCalls(calls: readonly { id?: string; name: string; args: unknown }[]): unknown[] {
  return calls.map((call, index) => ({
    index,
    id: call.id ?? `call_${index}`,
    type: 'function',
    function: {
      name: call.name,
      arguments: typeof call.args === 'string' ? call.args : JSON.stringify(call.args),
    },
  }));
}

type Delta = Record<string, unknown>;

function answer(
  response: ServerResponse,
  streamed: boolean,
  delta: Delta,
  finish: string,
  usage = { in: 11, out: 7 },
): void {
  const counted = {
    prompt_tokens: usage.in,
    completion_tokens: usage.out,
    total_tokens: usage.in + usage.out,
  };
  if (!streamed) {
    response.writeHead(200, { 'content-type': 'application/json' });
    const choice = { index: 0, message: { role: 'assistant', ...delta }, finish_reason: finish };
    response.end(
      JSON.stringify({
        id: 'c1',
        object: 'chat.completion',
        created: 1,
        model: 'fake',
        choices: [choice],
        usage: counted,
      }),
    );
    return;
  }
  openStream(response);
  const { content, ...rest } = delta;
  const text = typeof content === 'string' ? content : '';
  for (const part of text.match(/[\s\S]{1,24}/g) ?? []) sendChunk(response, { content: part }, null);
  if (Object.keys(rest).length > 0) sendChunk(response, rest, null);
  sendChunk(response, {}, finish);
  response.write(
    `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'fake', choices: [], usage: counted })}\n\n`,
  );
  response.end('data: [DONE]\n\n');
}

function openStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
}

function sendChunk(response: ServerResponse, delta: Delta, finish: string | null): void {
  const choice = { index: 0, delta: { role: 'assistant', ...delta }, finish_reason: finish };
  response.write(
    `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'fake', choices: [choice] })}\n\n`,
  );
}

function drip(response: ServerResponse, everyMs: number, timers: Set<NodeJS.Timeout>): void {
  openStream(response);
  const timer = setInterval(() => sendChunk(response, { content: '.' }, null), everyMs);
  timers.add(timer);
  response.on('close', () => {
    clearInterval(timer);
    timers.delete(timer);
  });
}

async function hold(
  response: ServerResponse,
  before: string,
  until: Promise<void>,
  after: string,
): Promise<void> {
  openStream(response);
  sendChunk(response, { content: before }, null);
  await until;
  sendChunk(response, { content: after }, null);
  sendChunk(response, {}, 'stop');
  response.end('data: [DONE]\n\n');
}

function huge(response: ServerResponse, bytes: number, start = '', pieceBytes = 64 * 1024): void {
  openStream(response);
  if (start !== '') sendChunk(response, { content: start }, null);
  const piece = 'x'.repeat(pieceBytes);
  let sent = 0;
  const more = (): void => {
    while (sent < bytes && !response.destroyed) {
      sent += piece.length;
      const chunk = {
        id: 'c1',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'fake',
        choices: [{ index: 0, delta: { content: piece }, finish_reason: null }],
      };
      if (!response.write(`data: ${JSON.stringify(chunk)}\n\n`)) {
        response.once('drain', more);
        return;
      }
    }
    if (response.destroyed) return;
    sendChunk(response, {}, 'stop');
    response.end('data: [DONE]\n\n');
  };
  more();
}
