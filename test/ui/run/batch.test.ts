import { expect, test } from 'vitest';
import { readBatch } from '../../../renderer/run/batch';
import { triageFlow } from '../../fakes/history-writer';

test('each row becomes an input, cells become what the fields want', () => {
  const { rows, unknown, missing } = readBatch(
    'ticket,orderTotal,colour\n"Charged, twice",80,red\nLate,,blue\n',
    triageFlow,
  );
  expect(rows).toEqual([
    { line: 1, input: { ticket: 'Charged, twice', orderTotal: 80 }, problems: [] },
    { line: 2, input: { ticket: 'Late' }, problems: [] },
  ]);
  expect([unknown, missing]).toEqual([['colour'], []]);
});

test('a row that does not fit says why', () => {
  const { rows } = readBatch('ticket,orderTotal\n,abc\n', triageFlow);
  expect(rows[0]?.problems).toEqual(['ticket: Fill this in.', 'orderTotal: This has to be a number.']);
});

test('a table without a column the flow needs says so', () => {
  expect(readBatch('orderTotal\n1\n', triageFlow).missing).toEqual(['ticket']);
});
