import { expect, test } from 'vitest';
import type { Flow } from '../../../../shared/spec/flow';
import { requirementsOf } from '../../../../shared/spec/requirements';
import { small } from './sample-flows';

test('lists every secret, model, tool, server, host and folder a flow needs', () => {
  const common = { description: 'd', input: true, effect: 'read' };
  const flow = {
    ...small(),
    models: {
      a: { provider: 'openai', model: 'x', secret: 'OPENAI' },
      b: { provider: 'openai-compatible', model: 'y', baseURL: 'http://127.0.0.1:11434/v1' },
      c: { provider: 'builtin', model: 'z' },
      d: { provider: 'toString', model: 'q', baseURL: 'nonsense' },
    },
    mcpServers: {
      local: { transport: 'stdio', command: 'node', args: ['s.js'], env: { A: { secret: 'OPENAI' } } },
      bare: { transport: 'stdio', command: 'x' },
      far: { transport: 'http', url: 'https://mcp.example/', secret: 'MCP' },
    },
    tools: {
      web: {
        ...common,
        kind: 'http',
        method: 'GET',
        url: 'http://b.example/',
        allowHosts: ['B.example:80', 'a.example:99', 'odd host'],
        headers: { K: { secret: 'WEB' } },
      },
      any: { ...common, kind: 'http', method: 'GET', url: '', allowHosts: ['c.example:443'] },
      read: { ...common, kind: 'file', folder: 'docs', do: 'read' },
      write: { ...common, kind: 'file', folder: 'out', do: 'write' },
      list: { ...common, kind: 'file', folder: 'out', do: 'list' },
      sql: { ...common, kind: 'sql', file: 'x.db', statement: 's' },
    },
  } as unknown as Flow;
  expect(requirementsOf(flow)).toEqual({
    secrets: [
      { name: 'MCP', usedBy: ['mcpServers/far'] },
      { name: 'OPENAI', usedBy: ['models/a', 'mcpServers/local'] },
      { name: 'WEB', usedBy: ['tools/web'] },
    ],
    models: [
      { name: 'a', provider: 'openai', model: 'x' },
      { name: 'b', provider: 'openai-compatible', model: 'y', baseURL: 'http://127.0.0.1:11434/v1' },
      { name: 'c', provider: 'builtin', model: 'z' },
      { name: 'd', provider: 'toString', model: 'q', baseURL: 'nonsense' },
    ],
    tools: ['web', 'any', 'read', 'write', 'list', 'sql'].map((name) => ({
      name,
      kind: expect.any(String) as string,
      effect: 'read',
    })),
    mcpServers: [
      { name: 'local', transport: 'stdio', command: 'node s.js' },
      { name: 'bare', transport: 'stdio', command: 'x' },
      { name: 'far', transport: 'http', url: 'https://mcp.example/' },
    ],
    hosts: [
      '127.0.0.1:11434',
      'a.example:99',
      'api.openai.com',
      'b.example',
      'c.example',
      'mcp.example',
      'odd host',
    ],
    folders: [
      { path: 'docs', access: 'read' },
      { path: 'out', access: 'write' },
      { path: 'x.db', access: 'read' },
    ],
  });
});

test('a flow that uses nothing needs nothing', () => {
  expect(requirementsOf(small() as unknown as Flow)).toEqual({
    secrets: [],
    models: [],
    tools: [],
    mcpServers: [],
    hosts: [],
    folders: [],
  });
});
