import { describe, expect, test } from 'vitest';
import { acting, chain, edit, errors, mended, model, sentence } from './sample-flows';

describe('E311 host of an address', () => {
  const http = {
    kind: 'http',
    description: 'd',
    input: true,
    effect: 'read',
    method: 'GET',
    allowHosts: ['api.example.com'],
  };
  const calling = (url: string, more: object = {}) =>
    chain({ t: { kind: 'tool', tool: 'web' } }, { tools: { web: { ...http, url, ...more } } });

  test.each([
    'https://api.example.com',
    'https://API.example.com:443/x',
    'https://api.example.com/{{ args.id }}',
    'https://api.example.com?q={{ args.q }}',
    'https://api.example.com#{{ args.q }}',
  ])('%s is fine', (url) => expect(errors(calling(url))).toEqual([]));

  test.each([
    'https://{{ args.host }}/x',
    '{{ args.url }}',
    'https://api.example.com{{ args.path }}',
    'https://api.example.com.{{ args.tld }}/x',
    'https://api.example.com\\{{ args.path }}',
    'https://user:{{ args.pw }}@api.example.com/x',
    'ftp://api.example.com/x',
    '/relative',
    '',
    'https:///x',
    'https://exa mple.com/x',
  ])('%j is refused', (url) => expect(errors(calling(url))).toContain('E311 /tools/web/url'));

  test('the host is one the tool may call', () => {
    const flow = calling('https://other.example:8443/x');
    expect(sentence(flow, 'E311')).toBe(
      'Tool "web" calls "other.example:8443", but its "allowHosts" does not list it, so every call would be refused.',
    );
    expect(errors(edit(flow, { '/tools/web/allowHosts': ['OTHER.example:8443'] }))).toEqual([]);
    expect(mended(flow, 'E311')).not.toContain('E311 /tools/web/url');
    expect(errors(calling('http://[::1]:80/', { allowHosts: ['[::1]'] }))).toEqual([]);
  });

  test('servers and models have a host, too', () => {
    const flow = edit(acting({}, { tools: ['clock'] }), {
      '/mcpServers/s': { transport: 'http', url: 'nowhere' },
      '/models/m': { ...model, provider: 'openai-compatible', baseURL: 'x' },
    });
    expect(errors(flow)).toEqual(['E311 /mcpServers/s/url', 'E311 /models/m/baseURL']);
    expect(
      errors(
        edit(flow, {
          '/mcpServers/s/url': 'https://a.example/mcp',
          '/models/m/baseURL': 'http://localhost:1',
        }),
      ),
    ).toEqual([]);
  });
});
