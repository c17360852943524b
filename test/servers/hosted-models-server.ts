/** Says the same few words in the protocols of OpenAI (Responses), Anthropic (Messages) and Google (Gemini). */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HostedCall {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}
export interface HostedModelsServer {
  readonly origin: string;
  readonly calls: readonly HostedCall[];
  close(): Promise<void>;
}

/** With a tool name the model calls it with `args`, else it says `text`. */
export interface Speech {
  readonly text: string;
  readonly tool?: string;
  readonly args?: unknown;
}

export async function startHostedModelsServer(speech: Speech): Promise<HostedModelsServer> {
  const calls: HostedCall[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? '';
    calls.push({
      path,
      headers: request.headers,
      body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>,
    });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const events = path.includes('/responses')
      ? openAi(speech)
      : path.includes('/messages')
        ? anthropic(speech)
        : google(speech);
    for (const event of events)
      response.write(
        `${'type' in event ? `event: ${String(event['type'])}\n` : ''}data: ${JSON.stringify(event)}\n\n`,
      );
    response.end();
  };
  const server = createServer((request, response) => void receive(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

type Event = Record<string, unknown>;

function openAi({ text, tool, args }: Speech): Event[] {
  const response = { id: 'r1', created_at: 1, model: 'fake' };
  const usage = { input_tokens: 12, output_tokens: 5 };
  const said = JSON.stringify(args ?? {});
  const item = tool
    ? { type: 'function_call', id: 'f1', call_id: 'call_1', name: tool, arguments: said, status: 'completed' }
    : { type: 'message', id: 'm1' };
  const deltas = tool
    ? [{ type: 'response.function_call_arguments.delta', item_id: 'f1', output_index: 0, delta: said }]
    : [{ type: 'response.output_text.delta', item_id: 'm1', output_index: 0, delta: text }];
  return [
    { type: 'response.created', response },
    { type: 'response.output_item.added', output_index: 0, item: tool ? { ...item, arguments: '' } : item },
    ...deltas,
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { ...response, usage } },
  ];
}

function anthropic({ text, tool, args }: Speech): Event[] {
  const block = tool ? { type: 'tool_use', id: 'call_1', name: tool, input: {} } : { type: 'text', text: '' };
  const delta = tool
    ? { type: 'input_json_delta', partial_json: JSON.stringify(args ?? {}) }
    : { type: 'text_delta', text };
  const message = {
    id: 'm1',
    type: 'message',
    role: 'assistant',
    model: 'fake',
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
  return [
    { type: 'message_start', message: { ...message, usage: { input_tokens: 12, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: tool ? 'tool_use' : 'end_turn', stop_sequence: null },
      usage: { output_tokens: 5 },
    },
    { type: 'message_stop' },
  ];
}

function google({ text, tool, args }: Speech): Event[] {
  const part = tool ? { functionCall: { name: tool, args: args ?? {} } } : { text };
  const candidate = { content: { role: 'model', parts: [part] }, finishReason: 'STOP', index: 0 };
  return [
    {
      candidates: [candidate],
      usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 5, totalTokenCount: 17 },
    },
  ];
}
