import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { setBridge } from '../../../renderer/bridge/bridge';
import { RunSession } from '../../../renderer/run/run-session';
import { RunLibrary } from '../../fakes/run-library';
import { completedHistory, longHistory, waitingHistory } from '../../fakes/triage-history';

const START = 1_763_720_000_000;

/** Frames that come when the test says so. */
class Frames {
  private waiting: (() => void)[] = [];
  readonly schedule = (work: () => void): void => void this.waiting.push(work);
  get open(): number {
    return this.waiting.length;
  }
  next(): void {
    const work = this.waiting;
    this.waiting = [];
    for (const one of work) one();
  }
}

let frames: Frames;
let session: RunSession | undefined;
beforeEach(() => {
  frames = new Frames();
});
afterEach(() => session?.stop());

async function open(library: RunLibrary, runId: string): Promise<RunSession> {
  setBridge(library.bridge);
  session = new RunSession(runId, frames.schedule);
  session.start();
  await vi.waitFor(() => expect(session?.store.getState().phase).not.toBe('loading'));
  frames.next();
  return session;
}

function asked(library: RunLibrary, name: string): unknown[] {
  return library.bridge.asked.filter((one) => one.name === name).map((one) => one.input);
}

describe('loading', () => {
  test('reads the record in pages and folds it', async () => {
    const library = new RunLibrary([longHistory('r', START, 1_000)]);
    const { store } = await open(library, 'r');
    expect(asked(library, 'run.events').length).toBeGreaterThan(2);
    expect([store.getState().trace.lastSeq, store.getState().events.length]).toEqual([5_003, 5_003]);
  });

  test('a run that is not there says why', async () => {
    const { store } = await open(new RunLibrary([]), 'nothing');
    expect(store.getState()).toMatchObject({ phase: 'failed', error: 'There is no run nothing.' });
  });

  test('events pushed while reading are neither lost nor doubled', async () => {
    const all = completedHistory('r', START);
    const library = new RunLibrary([all.slice(0, 20)]);
    setBridge(library.bridge);
    session = new RunSession('r', frames.schedule);
    session.start();
    library.append('r', all.slice(20));
    await vi.waitFor(() => expect(session?.store.getState().phase).toBe('ready'));
    frames.next();
    expect(session.store.getState().events.map((event) => event.seq)).toEqual(all.map((event) => event.seq));
  });
});

describe('while it runs', () => {
  test('one frame draws all that came since the last', async () => {
    const all = completedHistory('r', START);
    const library = new RunLibrary([all.slice(0, 5)]);
    const { store } = await open(library, 'r');
    let draws = 0;
    store.subscribe(() => draws++);
    for (const event of all.slice(5)) library.append('r', [event]);
    expect(frames.open).toBe(1);
    frames.next();
    expect([store.getState().trace.run.status, draws]).toEqual(['completed', 1]);
  });

  test('a frame applies a bounded number, the rest comes in the next', async () => {
    const all = longHistory('r', START, 1_000);
    const library = new RunLibrary([all.slice(0, 3)]);
    const { store } = await open(library, 'r');
    library.append('r', all.slice(3));
    frames.next();
    expect(store.getState().trace.lastSeq).toBe(2_003);
    frames.next();
    frames.next();
    expect(store.getState().trace.lastSeq).toBe(all.length);
  });

  test('after a gap the record is asked for', async () => {
    const all = completedHistory('r', START);
    const library = new RunLibrary([all.slice(0, 5)]);
    const { store } = await open(library, 'r');
    library.events('r').push(...all.slice(5));
    library.bridge.push('run.events', { runId: 'r', events: all.slice(-2) });
    frames.next();
    await vi.waitFor(() => expect(store.getState().trace.lastSeq).toBe(all.length));
    expect(asked(library, 'run.events').at(-1)).toMatchObject({ afterSeq: 5 });
  });

  test('a run that goes on under another flow is read anew, with that flow', async () => {
    const library = new RunLibrary([waitingHistory('r', START)]);
    const { store } = await open(library, 'r');
    const seq = library.events('r').length + 1;
    const data = { from: 'sha256:a', to: 'sha256:b' };
    const moved = { runId: 'r', seq, type: 'run.migrated', at: START, data } as const;
    library.events('r').push(moved);
    library.bridge.push('run.events', { runId: 'r', events: [moved] });
    await vi.waitFor(() => expect(store.getState().trace.lastSeq).toBe(seq));
    expect(asked(library, 'run.get')).toHaveLength(2);
  });

  test('events of another run are not mine', async () => {
    const library = new RunLibrary([waitingHistory('r', START), completedHistory('other', START)]);
    const { store } = await open(library, 'r');
    library.bridge.push('run.events', { runId: 'other', events: completedHistory('other', START).slice(-3) });
    frames.next();
    expect(store.getState().trace.run.status).toBe('waiting');
  });

  test('streaming text grows, and goes when the whole of it is recorded', async () => {
    const all = waitingHistory('r', START);
    const until = all.findIndex((event) => event.type === 'model.completed');
    const library = new RunLibrary([all.slice(0, until)]);
    const { store, overlay } = await open(library, 'r');
    library.bridge.push('run.deltas', [
      { runId: 'r', step: 'triage', attempt: 2, text: 'bil' },
      { runId: 'r', step: 'triage', attempt: 2, text: 'ling' },
    ]);
    frames.next();
    expect(store.getState().texts['triage']).toEqual({ attempt: 2, text: 'billing' });
    expect(overlay.getState().nodes['triage']?.detail).toBe('billing');
    library.append('r', all.slice(until, until + 1));
    frames.next();
    expect(store.getState().texts).toEqual({});
  });
});

describe('the drawing', () => {
  test('shows done, waiting and the edges taken', async () => {
    const { overlay } = await open(new RunLibrary([waitingHistory('r', START)]), 'r');
    const { nodes, edges } = overlay.getState();
    expect([nodes['triage']?.state, nodes['approve']?.state, nodes['pay']]).toEqual([
      'done',
      'waiting-person',
      undefined,
    ]);
    expect(Object.keys(edges)).toContain('decide:big:approve');
  });

  test('a retry says which of how many', async () => {
    const all = waitingHistory('r', START);
    const retry = all.findIndex((event) => event.type === 'retry.scheduled');
    const { overlay } = await open(new RunLibrary([all.slice(0, retry + 1)]), 'r');
    expect(overlay.getState().nodes['triage']).toMatchObject({ state: 'retrying', word: 'Retry 2/3' });
  });

  test('an event renews only the cards it is about', async () => {
    const all = completedHistory('r', START);
    const library = new RunLibrary([all.slice(0, -2)]);
    const { overlay } = await open(library, 'r');
    const before = overlay.getState().nodes;
    library.append('r', all.slice(-2, -1));
    frames.next();
    expect(overlay.getState().nodes['triage']).toBe(before['triage']);
  });
});

describe('the scrubber', () => {
  test('takes trace and drawing to a moment and back', async () => {
    const all = completedHistory('r', START);
    const one = await open(new RunLibrary([all]), 'r');
    const asking = all.findIndex((event) => event.type === 'human.asked') + 1;
    one.setAt(asking);
    frames.next();
    expect(one.store.getState().shown.run.status).toBe('waiting');
    expect(one.overlay.getState().nodes['pay']).toBeUndefined();
    one.setAt(undefined);
    frames.next();
    expect(one.store.getState().shown.run.status).toBe('completed');
    expect(one.overlay.getState().nodes['pay']?.state).toBe('done');
  });

  test('standing at an earlier moment, new events are taken and not shown', async () => {
    const all = completedHistory('r', START);
    const library = new RunLibrary([all.slice(0, 20)]);
    const one = await open(library, 'r');
    one.setAt(5);
    frames.next();
    library.append('r', all.slice(20));
    frames.next();
    const { trace, shown } = one.store.getState();
    expect([trace.lastSeq, shown.lastSeq]).toEqual([all.length, 5]);
  });

  test('the last event of a finished run is now', async () => {
    const all = completedHistory('r', START);
    const one = await open(new RunLibrary([all]), 'r');
    one.setAt(all.length);
    expect(one.store.getState().at).toBeUndefined();
  });
});
