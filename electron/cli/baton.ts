/** The command's entry: the only file of the command line that touches the process. */
import os from 'node:os';
import type { Host } from './command';
import { EXIT } from './exit-code';
import { main, type Streams } from './main';
import type { Sink } from './output';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

function sinkOf(stream: NodeJS.WriteStream): Sink {
  // A reader that went away (`baton runs | head`) is no failure of ours: what was begun goes on to its end unheard.
  let isHeard = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isHeard = false;
  });
  return {
    write: (text) => {
      if (isHeard) stream.write(text);
    },
    get isTerminal() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns || 80; // a pseudo terminal may say 0
    },
  };
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return process.env['USER'] ?? 'unknown'; // a user id without an account, as in containers
  }
}

const host: Host = {
  env: process.env,
  cwd: process.cwd(),
  user: userName(),
  now: () => Date.now(),
  onInterrupt: (listener) => {
    let count = 0;
    const onSignal = (): void => {
      count++;
      if (count > 1) process.exit(EXIT.interrupted); // asked twice: at once; the record is whole at every moment
      listener();
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
    return () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    };
  },
  crash: () => process.exit(EXIT.crashed),
};

const streams: Streams = { stdout: sinkOf(process.stdout), stderr: sinkOf(process.stderr) };

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve();
    else stream.write('', () => resolve());
  });
}

const code = await main(process.argv.slice(2), host, streams);
process.exitCode = code;
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
process.exit(code);
