/** A canvas of the library alone, in an otherwise empty Electron window. */
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { build } from 'vite';
import { inRoot } from '../lib/paths.mjs';
import { withApp } from './app.mjs';

const MIME = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** It is served: modules do not load from files. */
export async function serveBare(nodes) {
  const { NODE_ENV } = process.env;
  await build({ configFile: inRoot('test/bench-ui/vite.config.ts') });
  // Vite leaves "production" behind, and what is started next would inherit it.
  if (NODE_ENV === undefined) delete process.env.NODE_ENV;
  const folder = inRoot('node_modules/.bench-ui');
  const server = http.createServer((asked, answer) => {
    const { pathname } = new URL(asked.url, 'http://localhost');
    const file = path.join(folder, path.basename(path.dirname(pathname)), path.basename(pathname));
    if (!fs.existsSync(file)) return answer.writeHead(404).end();
    return answer
      .writeHead(200, { 'content-type': MIME[path.extname(file)] ?? 'text/plain' })
      .end(fs.readFileSync(file));
  });
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}/bare.html?nodes=${nodes}`,
    close: () => server.close(),
  };
}

export function withBare(url, work) {
  return withApp(inRoot('test/bench-ui/empty-app'), work, { env: { BENCH_URL: url } });
}
