/** The run log suite: events, commits and the chain. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../shared/base/jcs';
import type { Json } from '../../shared/base/json';
import { EMPTY_USAGE } from '../../shared/events/event';
import { RunScript, SEMANTIC_HASH, testFlow } from '../fakes/run-events';
import { long, type RunLogBench } from './run-log-bench';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export function recordTests(at: RunLogBench): void {
  describe('events', () => {
    test('come back as they were committed, in order, from any place and no further than the limit', () => {
      const run = at.start();
      const events = [
        run.stepStarted('a'),
        run.event('attempt.started', { dependency: 'host:x' }, 'a', 1),
        run.committed('a'),
      ];
      at.store.commit([run.append(...events)]);
      expect(at.store.events('r1').slice(1)).toEqual(events);
      expect(at.store.events('r1', 2)).toEqual(events.slice(1));
      expect(at.store.events('r1', 1, 2)).toEqual(events.slice(0, 2));
      expect(at.store.events('r1', 4)).toEqual([]);
      expect(at.store.events('r1', 0, 0)).toEqual([]);
    });

    test('keep the order of keys inside values, because templates and expressions print it', () => {
      const run = at.start();
      const output = { z: 1, a: { y: [], b: long(5000) }, m: long(200) };
      at.store.commit([run.append(run.committed('a', { output }))]);
      expect(JSON.stringify(at.store.events('r1', 1)[0]?.data)).toBe(
        JSON.stringify({ output, routes: [], writes: [], usage: EMPTY_USAGE }),
      );
    });

    test('keep a value that is mentioned often, wherever reading begins', () => {
      const run = at.start();
      const output = { 'a/b~c': long(300), list: [long(200, 'y')], big: long(9000) };
      const events = [
        run.event('attempt.completed', { result: output, latencyMs: 3 }, 'a', 1),
        run.committed('a', {
          output,
          writes: [
            { field: 'whole', version: 1, value: output },
            { field: 'part', version: 1, value: output['a/b~c'] },
            { field: 'list', version: 1, value: output.list },
            { field: 'big', version: 1, value: output.big },
          ],
          handoff: { name: 'h', payload: output },
        }),
        run.asked('t', 'b', {
          evidence: [{ label: 'Answer', value: output }],
          proposed: output,
          form: { note: long(200, 'y') },
        }),
      ];
      at.store.commit([run.append(...events)]);
      at.store.commit([run.append(run.committed('c', { output }))]);
      for (let after = 1; after < 4; after++)
        expect(at.store.events('r1', after, 4 - after)).toEqual(events.slice(after - 1));
      expect(at.store.events('r1', 4)[0]?.data).toMatchObject({ output });
    });

    test('hold any JSON at all', () => {
      let runs = 0;
      fc.assert(
        fc.property(
          fc.array(fc.jsonValue({ maxDepth: 4 }), { minLength: 1, maxLength: 3 }),
          fc.nat(3),
          (values, repeats) => {
            const run = new RunScript(`any-${++runs}`);
            const texts: Json = values.flatMap((value) =>
              Array.from({ length: repeats + 1 }, () => value),
            ) as Json;
            const output = { texts, wide: `${JSON.stringify(texts)}${long(130)}` };
            const first = run.first({ input: output });
            const second = run.append(
              run.committed('a', { output, writes: [{ field: 'f', version: 1, value: output.wide }] }),
            );
            at.store.commit([first]);
            at.store.commit([second]);
            const back = at.store.events(run.runId);
            expect(JSON.stringify(back)).toBe(
              JSON.stringify(JSON.parse(JSON.stringify([...first.events, ...second.events]))),
            );
            expect(at.store.verifyChain(run.runId)).toMatchObject({ ok: true, events: 2 });
          },
        ),
        { numRuns: 60 },
      );
    });

    test('of an unknown run are none, and its flow is an error', () => {
      expect(at.store.events('nobody')).toEqual([]);
      expect(at.store.run('nobody')).toBeUndefined();
      expect(() => at.store.flow('nobody')).toThrow(expect.objectContaining({ code: 'run/unknown' }));
      const run = new RunScript('nobody');
      run.started();
      expect(() => at.store.commit([run.append(run.committed('a'))])).toThrow(
        expect.objectContaining({ code: 'run/unknown' }),
      );
    });
  });

  describe('a commit', () => {
    test('of several runs is all or nothing', () => {
      const one = at.start('one');
      const two = at.start('two');
      const good = one.append(one.committed('a'));
      two.seq += 1;
      const gap = two.append(two.committed('a'));
      expect(() => at.store.commit([good, gap], [{ subject: 's', state: 'open', failures: [] }])).toThrow(
        /out of order: 2 comes next/,
      );
      expect(at.store.run('one')?.lastSeq).toBe(1);
      expect(at.store.breakers()).toEqual([]);
      at.store.commit([good]);
      expect(at.store.events('one', 1)).toEqual(good.events);
    });

    test('may add to one run in several parts', () => {
      const run = new RunScript('r1');
      at.store.commit([run.first(), run.append(run.stepStarted('a')), run.append(run.committed('a'))]);
      expect(at.store.run('r1')?.lastSeq).toBe(3);
      expect(at.store.verifyChain('r1')).toMatchObject({ ok: true, events: 3 });
    });

    test('that starts new runs and goes on with old ones keeps their order', () => {
      const old = at.start('old');
      const [a, b] = [new RunScript('a'), new RunScript('b')];
      at.store.commit([old.append(old.committed('x')), a.first(), b.first()]);
      expect(at.store.runs().map((run) => run.runId)).toEqual(['b', 'a', 'old']);
      expect(at.store.unfinished().map((run) => run.runId)).toEqual(['old', 'a', 'b']);
    });

    test('with a wrong number, a foreign event, no event, no flow or a second flow is a bug', () => {
      const run = at.start();
      const again = new RunScript('r1');
      expect(() => at.store.commit([again.append(again.started())])).toThrow(/out of order: 2 comes next/);
      const stranger = new RunScript('other');
      expect(() => at.store.commit([{ runId: 'r1', events: [stranger.started()] }])).toThrow(
        /event of run other/,
      );
      expect(() => at.store.commit([run.append()])).toThrow(/no events/);
      const fresh = new RunScript('fresh');
      const created = { flow: testFlow(), semanticHash: SEMANTIC_HASH };
      expect(() => at.store.commit([{ runId: 'fresh', created, events: [fresh.committed('a')] }])).toThrow(
        /must be run.started/,
      );
      expect(() => at.store.commit([{ runId: 'r1', created, events: [run.committed('a')] }])).toThrow(
        /already pinned/,
      );
      expect(at.store.runs()).toHaveLength(1);
      expect(at.store.events('r1')).toHaveLength(1);
    });

    test('of a process that lost the database is refused and writes nothing', () => {
      const run = at.start();
      const next = at.subject.takeOver();
      expect(next.epoch).toBe(at.store.epoch + 1);
      expect(() => at.store.commit([run.append(run.committed('a'))])).toThrow(
        expect.objectContaining({ code: 'store/locked' }),
      );
      expect(next.events('r1')).toHaveLength(1);
      run.seq = 1;
      next.commit([run.append(run.committed('a'))]);
      expect(next.events('r1')).toHaveLength(2);
      expect(next.verifyChain('r1')).toMatchObject({ ok: true });
    });

    test('stopped before it is as if it had never been, stopped after it is durable', () => {
      const run = at.start();
      const append = run.append(run.committed('a'));
      const labels: string[] = [];
      at.faults.beforeCommit = (label) => {
        labels.push(label);
        throw new Error('stop before');
      };
      expect(() => at.store.commit([append])).toThrow('stop before');
      expect(at.store.events('r1')).toHaveLength(1);
      delete at.faults.beforeCommit;
      at.faults.afterCommit = () => {
        throw new Error('stop after');
      };
      expect(() => at.store.commit([append])).toThrow('stop after');
      expect(at.store.events('r1')).toHaveLength(2);
      delete at.faults.afterCommit;
      at.store.commit([run.append(run.committed('b'))]);
      expect(at.store.verifyChain('r1')).toMatchObject({ ok: true, events: 3 });
      expect(labels).toEqual(['r1@2']);
    });
  });

  describe('the chain', () => {
    test('is made of the whole event by RFC 8785, each hash holding the one before', () => {
      const run = at.start();
      at.store.commit([
        run.append(
          run.stepStarted('a "quoted"\u2028'),
          run.committed('a', { output: { z: 1, a: long(5000) } }),
        ),
      ]);
      at.store.commit([run.append(run.event('attempt.started', {}, 'a', 2))]);
      let prevHash: string | undefined;
      const expected = at.store.events('r1').map(({ data, ...event }) => {
        const dataHash = sha256(canonicalJson(data));
        const hash = sha256(canonicalJson({ ...event, dataHash, prevHash }));
        prevHash = hash;
        return { seq: event.seq, dataHash, hash };
      });
      expect(at.store.chain('r1')).toEqual(expected);
      expect(at.store.headHash('r1')).toBe(prevHash);
      expect(at.store.verifyChain('r1')).toEqual({ ok: true, events: 4, head: prevHash });
    });

    test('hides short sensitive values behind a nonce, and says which they are', () => {
      const run = at.start();
      const decided = run.decided('t', 'a', { values: 'yes' });
      const plain = run.decided('t', 'a', { values: 'yes' });
      at.store.commit([{ ...run.append(decided, plain), sensitive: { 2: ['values'], 3: [] } }]);
      const [, hidden, open] = at.store.chain('r1');
      expect(hidden?.dataHash).toBe(sha256(canonicalJson(decided.data) + (hidden?.nonce ?? '')));
      expect(hidden?.nonce).toMatch(/^[0-9a-f]{32}$/);
      expect(open).toEqual({ seq: 3, dataHash: sha256(canonicalJson(plain.data)), hash: open?.hash });
      expect(at.store.sensitive('r1')).toEqual({ 2: ['values'] });
      expect(at.store.verifyChain('r1')).toMatchObject({ ok: true });
    });

    test('of an unknown run is an error', () => {
      for (const ask of [
        () => at.store.headHash('x'),
        () => at.store.verifyChain('x'),
        () => at.store.chain('x'),
        () => at.store.sensitive('x'),
      ]) {
        expect(ask).toThrow(expect.objectContaining({ code: 'run/unknown' }));
      }
    });
  });
}
