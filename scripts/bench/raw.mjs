/** The least any durable engine must do: raw better-sqlite3, one transaction a step, synchronous=FULL. */
import fs from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import Database from 'better-sqlite3';
import { text } from './workloads.mjs';

const EMPTY_BYTES = 8192;

/** @param home folder of the databases */
export function createRaw(home) {
  let made = 0;

  /** One insert a step, the result once; `together` steps share a transaction. */
  function steps(count, chars, together = 1) {
    const file = path.join(home, `raw-${++made}.db`);
    const db = new Database(file);
    db.pragma('journal_mode = WAL');
    db.exec('create table events(run integer, seq integer, data text, primary key(run, seq))');
    db.pragma('synchronous = FULL'); // after the first write, because that is when the library falls back
    const insert = db.prepare('insert into events values (?, ?, ?)');
    const write = db.transaction((rows) => {
      for (const row of rows) insert.run(...row);
    });
    const row = (seq) => [1, seq, JSON.stringify({ output: { text: text(chars, seq) } })];
    const from = performance.now();
    for (let i = 0; i < count; i += together) write(Array.from({ length: together }, (_, j) => row(i + j)));
    const ms = performance.now() - from;
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    return { ms, bytes: fs.statSync(file).size - EMPTY_BYTES };
  }

  return {
    chain: () => steps(100, 1000),
    fan: () => steps(100, 1000, 100),
    runs: () => ({ perSecond: 5000 / (steps(5000, 100).ms / 1000) }),
    append: () => steps(400, 1000),
  };
}
