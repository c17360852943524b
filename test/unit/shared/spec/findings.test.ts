import { describe, expect, test } from 'vitest';
import { reasonOf } from '../../../../shared/spec/analysis-port';
import { Findings } from '../../../../shared/spec/findings';

describe('Findings', () => {
  test('says each sentence once and tells the node', () => {
    const findings = new Findings({});
    findings.error('E301', '/nodes/a/agent', 'One.');
    findings.error('E301', '/nodes/a/agent', 'One.');
    findings.warn('W402', '/budget', 'Two.', { title: 'Mend', patch: [] });
    expect(findings.list()).toEqual([
      { code: 'E301', severity: 'error', pointer: '/nodes/a/agent', message: 'One.', node: 'a' },
      {
        code: 'W402',
        severity: 'warning',
        pointer: '/budget',
        message: 'Two.',
        fix: { title: 'Mend', patch: [] },
      },
    ]);
  });

  test('stops guessing when the work allowed for it is used up', () => {
    const findings = new Findings({});
    const names = Array.from({ length: 9_000 }, (_, i) => `name${i}`);
    expect(findings.guess('name1x', names)).toBeDefined();
    expect(findings.guess('name1x', new Map(names.map((name) => [name, 1])))).toBeDefined();
    expect(findings.guess('name1x', names)).toBeUndefined();
  });
});

test('the reason of whatever was thrown is text', () => {
  expect([reasonOf(new Error('why')), reasonOf('because')]).toEqual(['why', 'because']);
});
