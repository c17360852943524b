import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { assetPath, contentSecurityPolicy, serveAsset } from '../../../../../electron/main/shell/assets';
import { tempFolder } from '../../../../fakes/temp-folder';

test.each([
  ['app://baton/', '/web/index.html'],
  ['app://baton/assets/a.js', '/web/assets/a.js'],
  ['app://baton/assets/a.js?v=1#x', '/web/assets/a.js'],
  ['app://baton/a%20b.svg', '/web/a b.svg'],
  ['app://baton/../../etc/passwd', '/web/etc/passwd'],
  ['app://baton/%2e%2e/%2e%2e/etc/passwd', '/web/etc/passwd'],
  ['app://baton/..%2f..%2fetc%2fpasswd', undefined],
  ['app://baton/..%5c..%5csecret', undefined],
  ['app://baton/a%00.js', undefined],
  ['app://baton/%zz', undefined],
  ['app://other/index.html', undefined],
  ['https://baton/index.html', undefined],
  ['nonsense', undefined],
])('%s names %s', (address, file) => {
  expect(assetPath('/web', address)).toBe(file);
});

test('each load of the page has its own nonce, the same in page and policy', async () => {
  const folder = tempFolder();
  fs.writeFileSync(path.join(folder, 'index.html'), '<meta name="csp-nonce" content="__CSP_NONCE__">');
  const load = async (): Promise<string> => {
    const response = await serveAsset(folder, 'app://baton/');
    const nonce = /content="([^"]+)"/.exec(await response.text())?.[1] ?? '';
    expect(response.headers.get('content-security-policy')).toBe(contentSecurityPolicy(nonce));
    return nonce;
  };
  const nonces = [await load(), await load()];
  expect({ lengths: nonces.map((nonce) => nonce.length), differ: nonces[0] !== nonces[1] }).toEqual({
    lengths: [24, 24],
    differ: true,
  });
});

test('the policy allows our own files and nothing else', () => {
  const policy = contentSecurityPolicy('abc');
  expect({ policy, unsafe: policy.includes('unsafe') }).toEqual({
    policy:
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-abc'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    unsafe: false,
  });
});

test('files come with their type, missing ones and strangers with 404', async () => {
  const folder = tempFolder();
  fs.writeFileSync(path.join(folder, 'a.js'), 'export {}');
  const [script, missing, outside] = await Promise.all([
    serveAsset(folder, 'app://baton/a.js'),
    serveAsset(folder, 'app://baton/b.js'),
    serveAsset(folder, 'app://baton/..%2f..%2fetc%2fpasswd'),
  ]);
  expect(
    [script, missing, outside].map((response) => [
      response.status,
      response.headers.get('content-type')?.split(';')[0],
    ]),
  ).toEqual([
    [200, 'text/javascript'],
    [404, 'text/plain'],
    [404, 'text/plain'],
  ]);
});
