import { describe, expect, test } from 'vitest';
import { acting, edit, errors, mended, sentence } from './sample-flows';

describe('E309 currencies', () => {
  test('agree in the whole flow', () => {
    const cost = (currency: string) => ({ cost: { amount: 1, currency } });
    const price = { inputPerMTok: 1, outputPerMTok: 1, currency: 'EUR' };
    const flow = edit(acting({ budget: cost('CHF') }, { budget: cost('USD'), tools: ['clock'] }), {
      '/budget': cost('USD'),
      '/models/m/price': price,
    });
    expect(errors(flow)).toEqual(['E309 /models/m/price/currency', 'E309 /nodes/a/budget/cost/currency']);
    expect(errors(edit(flow, { '/models/m/price/currency': 'USD', '/nodes/a/budget': undefined }))).toEqual(
      [],
    );
    expect(mended(flow, 'E309')).not.toContain('E309 /models/m/price/currency');
    expect(sentence(flow, 'E309')).toBe(
      'Amounts are in USD elsewhere in this flow, but here in EUR. Costs can only be added up in one currency.',
    );
  });
});
