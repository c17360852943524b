/**
 * The pages and files of the window, served as `app://baton/`.
 *
 * C1. Nothing outside the renderer's folder is ever read.
 * C2. Each page load has its own nonce, in the page and in its Content-Security-Policy, so only our style tags count.
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

export const APP_SCHEME = 'app';
export const APP_ORIGIN = 'app://baton';

const MIME: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The file a URL names, or undefined when it names nothing of ours. */
export function assetPath(folder: string, address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || `${url.protocol}//${url.host}` !== APP_ORIGIN) return undefined;
  let name: string;
  try {
    name = decodeURIComponent(url.pathname);
  } catch {
    return undefined; // a broken escape is no file name
  }
  if (name.includes('\0') || name.includes('\\')) return undefined;
  const file = path.resolve(folder, `.${name === '/' ? '/index.html' : name}`);
  return file.startsWith(folder + path.sep) ? file : undefined;
}

/** Answers one request of the window. */
export async function serveAsset(folder: string, address: string): Promise<Response> {
  const file = assetPath(folder, address);
  const bytes = file === undefined ? undefined : await fs.readFile(file).catch(() => undefined); // missing: 404 below
  if (file === undefined || bytes === undefined) return new Response('Not found', { status: 404 });
  const nonce = randomBytes(16).toString('base64');
  const isPage = file.endsWith('.html');
  const body = isPage ? bytes.toString('utf8').replaceAll('__CSP_NONCE__', nonce) : new Uint8Array(bytes);
  return new Response(body, {
    headers: {
      'content-type': MIME[path.extname(file)] ?? 'application/octet-stream',
      'content-security-policy': contentSecurityPolicy(nonce),
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      ...(isPage ? { 'cache-control': 'no-store' } : {}),
    },
  });
}
