import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../../../electron/cli/args';
import type { Command } from '../../../../electron/cli/command';
import { helpOf, overview } from '../../../../electron/cli/help';

const command: Command = {
  name: 'bake',
  about: 'bakes',
  operands: '<cake> [tin]',
  atLeast: 1,
  atMost: 2,
  options: [
    { name: 'heat', value: 'degrees', about: 'how hot' },
    { name: 'with', value: 'thing', many: true, about: 'what goes in' },
    { name: 'dry', about: 'without butter' },
    { name: 'output', short: 'o', value: 'plate', about: 'where to' },
  ],
  example: 'baton bake cheese --heat 180',
  more: 'Slowly.',
  run: async () => 0,
};
const parse = (...words: string[]) => parseArguments(command, words);

describe('arguments', () => {
  test('operands and options may stand in any order, values after a space or an equals sign', () => {
    const args = parse(
      '--heat',
      '180',
      'cheese',
      '--with=sugar',
      '--dry',
      '--with',
      '-1',
      '-o',
      'big',
      'round',
    );
    expect(args.operands).toEqual(['cheese', 'round']);
    expect([args.value('heat'), args.values('with'), args.has('dry'), args.value('output')]).toEqual([
      '180',
      ['sugar', '-1'],
      true,
      'big',
    ]);
    expect([args.operand(0), args.operand(9), args.integer('heat')]).toEqual(['cheese', '', 180]);
  });

  test('after two dashes everything is an operand, and a single dash is one', () => {
    expect(parse('--', '--heat', '-').operands).toEqual(['--heat', '-']);
    expect(parse('-').operands).toEqual(['-']);
  });

  test.each<[string[], string]>([
    [['a', '--haet', '1'], 'baton bake has no option --haet. Did you mean --heat?'],
    [['a', '--dry=1'], '--dry takes no value.'],
    [['a', '--heat'], '--heat needs a value: --heat <degrees>.'],
    [['a', '--heat', '--dry'], '--heat needs a value'],
    [['a', '--heat', '1', '--heat', '2'], '--heat is given twice.'],
    [['a', '--dry', '--dry'], '--dry is given twice.'],
    [['--dry'], 'baton bake needs <cake> [tin].'],
    [['a', 'b', 'c'], 'baton bake does not know what to do with "c".'],
    [['a', '-x'], 'baton bake has no option -x.'],
  ])('%j is refused', (words, sentence) => {
    expect(() => parse(...words)).toThrow(sentence);
  });

  test.each(['x', '1.5', '-1', '', '1e400'])('%j is no whole number', (text) => {
    expect(() => parse('a', `--heat=${text}`).integer('heat')).toThrow(
      '--heat must be a whole number of at least 0',
    );
  });

  test('asking for an option a command does not have is a bug', () => {
    expect(() => parse('a').has('cold')).toThrow('bake does not declare --cold');
    expect(parse('a').integer('heat')).toBeUndefined();
  });
});

describe('help', () => {
  test('tells use, options and an example', () => {
    expect(helpOf(command)).toBe(`baton bake: bakes

Usage: baton bake <cake> [tin] [options]

Slowly.

Options:
  --heat <degrees>      how hot
  --with <thing>        what goes in (may be repeated)
  --dry                 without butter
  -o, --output <plate>  where to
  -h, --help            show this help

Example:
  baton bake cheese --heat 180
`);
  });

  test('the overview lists the commands', () => {
    expect(overview([command], '1.2.3')).toContain('  bake  bakes');
  });
});
