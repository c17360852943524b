import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { covers, GrantStore, isNothing, wantsOf } from '../../../../../electron/runtime/service/grants';
import type { Requirements } from '../../../../../shared/spec/problem';
import { tempFolder } from '../../../../fakes/temp-folder';

const nothing: Requirements = { secrets: [], models: [], tools: [], mcpServers: [], hosts: [], folders: [] };
const hosted: Requirements = {
  ...nothing,
  secrets: [{ name: 'KEY', usedBy: ['writer'] }],
  models: [{ name: 'writer', provider: 'openai', model: 'm' }],
  hosts: ['api.example.com'],
};

test('models that work offline, code and built-in tools need nobody’s word', () => {
  const requirements: Requirements = {
    ...nothing,
    models: [
      { name: 'a', provider: 'builtin', model: 'en-lite' },
      { name: 'b', provider: 'simulated', model: 'x' },
    ],
    tools: [
      { name: 'c', kind: 'code', effect: 'read' },
      { name: 'd', kind: 'builtin', effect: 'read' },
    ],
  };
  expect(isNothing(wantsOf(requirements))).toBe(true);
});

test('hosts, secrets, folders, servers and tools that reach out are wanted', () => {
  const requirements: Requirements = {
    ...hosted,
    tools: [
      { name: 'c', kind: 'code', effect: 'read' },
      { name: 'pay', kind: 'http', effect: 'once' },
    ],
  };
  expect(wantsOf(requirements)).toEqual({
    ...hosted,
    tools: [{ name: 'pay', kind: 'http', effect: 'once' }],
  });
});

test.each([
  ['the same', hosted, true],
  ['less', { ...nothing, hosts: ['api.example.com'] }, true],
  ['another host', { ...hosted, hosts: ['evil.example'] }, false],
  ['one host more', { ...hosted, hosts: ['api.example.com', 'evil.example'] }, false],
  ['the secret for someone else', { ...hosted, secrets: [{ name: 'KEY', usedBy: ['other'] }] }, false],
  ['writing to a folder', { ...nothing, folders: [{ path: '/x', access: 'write' as const }] }, false],
])('a grant covers %s: %s', (_what, wants, isCovered) => {
  expect(covers(hosted, wants)).toBe(isCovered);
});

test('a grant is there after a restart, for its hash only', () => {
  const file = path.join(tempFolder(), 'grants.json');
  new GrantStore(file).set('sha256:a', hosted, 'ada', 1);
  const again = new GrantStore(file);
  expect([again.get('sha256:a'), again.get('sha256:b'), again.get('constructor')]).toEqual([
    hosted,
    undefined,
    undefined,
  ]);
});

test.each(['', '{', '[]', '{"sha256:a":{"granted":{}}}'])('a file with %j grants nothing', (text) => {
  const file = path.join(tempFolder(), 'grants.json');
  fs.writeFileSync(file, text);
  expect(new GrantStore(file).get('sha256:a')).toBeUndefined();
});
