/** What the engine refuses because a host had to stop it, and what it keeps of outputs nobody hashed yet. */
import { expect, test } from 'vitest';
import { allSteps, createStepScope, scopeHash, setStep } from '../../../../shared/engine/scope';
import { at, flowOf, play, pure, steering } from '../../../fakes/small-flow';

test('an expression that was stopped is refused from the recovery on, with what to do about it', () => {
  const slow = '$sum([1..1000]) > 5';
  const flow = flowOf({
    nodes: {
      s: { kind: 'start' },
      ask: { kind: 'human', mode: 'approve', title: 'Go on?' },
      way: { kind: 'branch', cases: [{ port: 'big', when: slow }] },
      e: { kind: 'end' },
    },
    edges: ['s > ask', 'ask.approved > way', 'ask.rejected > e', 'way.big > e', 'way.else > e'],
  });
  const undisturbed = play(flow);
  expect(undisturbed.status).toBe('completed');
  const stoppedExpressions = [pure.sha256(slow)];
  const run = play(flow, {
    facts: steering([
      at('human.asked'),
      { type: 'run.recovered', data: { epoch: 1, interrupted: [], stoppedExpressions } },
    ]),
  });
  expect(run.last.data).toMatchObject({ error: { code: 'expr/limit' } });
  expect(run.state.overrides.stoppedExpressions).toEqual(stoppedExpressions);
});

test('a layer hashes the same whether it is asked after every output or after thousands', () => {
  const asked = createStepScope(null, pure.sha256);
  const unasked = createStepScope(null, pure.sha256);
  for (let pass = 1; pass <= 3000; pass++) {
    setStep(asked, 'again', { pass }, pure.sha256);
    scopeHash(asked, pure.sha256);
    setStep(unasked, 'again', { pass }, pure.sha256);
  }
  expect(unasked.unhashed.length).toBeLessThan(1100);
  expect(scopeHash(unasked, pure.sha256)).toBe(scopeHash(asked, pure.sha256));
  expect([...allSteps(unasked)]).toEqual([['again', { pass: 3000 }]]);
});
