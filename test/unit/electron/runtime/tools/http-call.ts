import type http from 'node:http';
import { afterEach } from 'vitest';
import type { Json } from '../../../../../shared/base/json';
import type { CallContext, ValueOutcome } from '../../../../../shared/ports/calls';
import { callContext } from '../models/call-context';
import { type Seen, startServer, type TestServer } from './http-server';
import { type AnyTool, callTool, limits } from './tool-call';

export type HttpTool = Extract<AnyTool, { kind: 'http' }>;
export type Answer = (request: Seen, response: http.ServerResponse) => void;

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A server that is closed after the test. */
export async function serve(answer: Answer): Promise<TestServer> {
  const server = await startServer(answer);
  servers.push(server);
  return server;
}

export const secrets = { TOKEN: 'very-secret-token', OTHER: 'other-secret' };

/** A call of an http tool that is a plain GET of the server, unless said otherwise. */
export function call(
  server: TestServer,
  tool: Partial<HttpTool> = {},
  args: Json = {},
  context: CallContext = callContext({ secrets }),
  timeoutMs = 2000,
): Promise<ValueOutcome> {
  const whole: HttpTool = {
    kind: 'http',
    method: 'GET',
    url: `http://${server.host}/`,
    allowHosts: [server.host],
    ...tool,
  };
  return callTool(whole, args, context, { limits: limits(timeoutMs) });
}
