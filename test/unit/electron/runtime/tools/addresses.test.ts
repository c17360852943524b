import { expect, test } from 'vitest';
import { canonicalHost, isPublic } from '../../../../../electron/runtime/tools/http/addresses';

const INSIDE =
  '127.0.0.1 127.9.9.9 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1 224.0.0.1 255.255.255.255 198.18.0.1 ::1 :: fe80::1 fc00::1 fd12::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1';

test.each(INSIDE.split(' '))('%s is not public', (address) => {
  expect(isPublic(address)).toBe(false);
});

test.each(['8.8.8.8', '172.32.0.1', '203.0.113.7', '2606:4700::1111', '192.169.0.1'])(
  '%s is public',
  (address) => {
    expect(isPublic(address)).toBe(true);
  },
);

test('hosts are compared without their scheme’s own port and in one spelling', () => {
  expect(canonicalHost('API.example.com:443', 'https:')).toBe('api.example.com');
  expect(canonicalHost('api.example.com:443', 'http:')).toBe('api.example.com:443');
  expect(canonicalHost('bücher.example', 'https:')).toBe('xn--bcher-kva.example');
  expect(canonicalHost('0x7f.1', 'http:')).toBe('127.0.0.1');
  for (const bad of ['', 'a/b', 'a@b', 'a b', 'a\\b', 'a?b', '*.example.com:x'])
    expect(canonicalHost(bad, 'https:')).toBeUndefined();
});
