import { describe, expect, test } from 'vitest';
import { createOutput, oneLine, plain, type Sink } from '../../../../electron/cli/output';

function sink(isTerminal: boolean): Sink & { text: string } {
  return {
    text: '',
    isTerminal,
    columns: 40,
    write(text) {
      this.text += text;
    },
  };
}

describe('output', () => {
  test('results go to stdout, notes and errors to stderr', () => {
    const [stdout, stderr] = [sink(false), sink(false)];
    const out = createOutput(stdout, stderr, {}, false);
    out.line('result');
    out.line();
    out.json({ a: 1 });
    out.jsonLine({ b: 2 });
    out.note('note');
    out.error({ code: 'x/y', message: 'went wrong', hint: 'try again' });
    expect(stdout.text).toBe('result\n\n{\n  "a": 1\n}\n{"b":2}\n');
    expect(stderr.text).toBe('note\nError: went wrong\ntry again\n');
  });

  test('with --json an error is the result', () => {
    const [stdout, stderr] = [sink(false), sink(false)];
    createOutput(stdout, stderr, {}, true).error({ code: 'x/y', message: 'm' });
    expect([JSON.parse(stdout.text), stderr.text]).toEqual([
      { error: { code: 'x/y', message: 'm', details: {} } },
      '',
    ]);
  });

  test('colour only on a terminal, and never with NO_COLOR, a dumb terminal or JSON', () => {
    const paint = (isTerminal: boolean, env: Record<string, string>, isJson = false): string =>
      createOutput(sink(isTerminal), sink(isTerminal), env, isJson).paint('red', 'x');
    expect(paint(true, {})).toBe('\u001b[31mx\u001b[39m');
    expect([
      paint(false, {}),
      paint(true, { NO_COLOR: '1' }),
      paint(true, { TERM: 'dumb' }),
      paint(true, {}, true),
    ]).toEqual(['x', 'x', 'x', 'x']);
    expect(paint(true, { NO_COLOR: '' })).not.toBe('x');
  });

  test('a transient line is cleared before the next one, and is not shown where it cannot be', () => {
    const [stdout, stderr] = [sink(true), sink(true)];
    const out = createOutput(stdout, stderr, {}, false);
    out.transient('working');
    out.transient('still');
    out.note('done');
    out.line('result');
    expect(stderr.text).toBe('working\r\u001b[Kstill\r\u001b[Kdone\n');
    const quiet = sink(false);
    createOutput(sink(false), quiet, {}, false).transient('working');
    expect(quiet.text).toBe('');
  });
});

describe('text of others', () => {
  test('cannot move the cursor, change the title or turn the direction', () => {
    expect(plain('a\u001b[2Jb\u0007\tc\nd\u202ee\u0085')).toBe('a\uFFFD[2Jb\uFFFD c\nd\uFFFDe\uFFFD');
  });

  test('is cut to a line', () => {
    expect(oneLine('a\n  b')).toBe('a b');
    expect(oneLine('x'.repeat(10), 5)).toBe('xxxx…');
  });
});
