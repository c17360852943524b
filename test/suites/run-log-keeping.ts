/** The run log suite: breakers, mail, deleting and keeping. */
import { expect, test } from 'vitest';
import { RunScript, START_AT } from '../fakes/run-events';
import { long, type RunLogBench } from './run-log-bench';

const DAY_MS = 86_400_000;

export function keepingTests(at: RunLogBench): void {
  test('breakers survive and are replaced by subject', () => {
    at.store.commit(
      [],
      [
        { subject: 'b', state: 'open', until: 9, failures: [1, 2] },
        { subject: 'a', state: 'closed', failures: [] },
      ],
    );
    at.store.commit([], [{ subject: 'b', state: 'half-open', failures: [2] }]);
    expect(at.subject.takeOver().breakers()).toEqual([
      { subject: 'a', state: 'closed', failures: [] },
      { subject: 'b', state: 'half-open', failures: [2] },
    ]);
  });

  test('mail is kept in order until it is done, and its numbers never come again', () => {
    at.store.postMail({ runId: 'r1', kind: 'decide', data: { task: 't' }, at: 5 });
    at.store.postMail({ runId: 'r2', kind: 'cancel', data: null, at: 6 });
    const [first, second] = at.store.mailbox();
    expect(first).toEqual({ id: first?.id, runId: 'r1', kind: 'decide', data: { task: 't' }, at: 5 });
    at.store.mailboxDone([second?.id ?? 0, 77]);
    expect(at.store.mailbox()).toEqual([first]);
    at.store.postMail({ runId: 'r1', kind: 'pause', data: 1, at: 7 });
    expect(at.store.mailbox()[1]?.id).toBeGreaterThan(second?.id ?? 0);
  });

  test('a deleted run leaves nothing, and what it shared stays with the others', () => {
    const shared = { text: long(7000) };
    const [one, two] = [at.start('one'), at.start('two')];
    for (const run of [one, two])
      at.store.commit([run.append(run.committed('a', { output: shared }), run.asked('t', 'a'))]);
    expect(at.store.deleteRuns(['one', 'nobody'])).toBe(1);
    expect(at.store.run('one')).toBeUndefined();
    expect(at.store.events('one')).toEqual([]);
    expect(at.store.tasks().map((task) => task.runId)).toEqual(['two']);
    expect(at.store.events('two', 1, 1)[0]?.data).toMatchObject({ output: shared });
    expect(at.store.verifyChain('two')).toMatchObject({ ok: true });
    const again = new RunScript('one');
    at.store.commit([again.first()]);
    expect(at.store.events('one')).toHaveLength(1);
  });

  test('retention removes only runs that ended long enough ago', () => {
    const [old, recent, open] = [at.start('old'), at.start('recent'), at.start('open')];
    at.store.commit([old.append(old.completed())]);
    recent.at += 2 * DAY_MS;
    at.store.commit([recent.append(recent.completed()), open.append(open.committed('a'))]);
    at.now = START_AT + 3 * DAY_MS;
    expect(at.store.retention(2)).toBe(1);
    expect(at.store.runs().map((run) => run.runId)).toEqual(['open', 'recent']);
    expect(at.store.retention(2)).toBe(0);
  });
}
