/** E309: one flow counts in one currency. */
import type { Findings } from './findings';
import type { FlowIndex } from './flow-index';

interface Use {
  readonly currency: string;
  readonly pointer: string;
}

export function checkCurrencies(index: FlowIndex, findings: Findings): void {
  const uses = [...currencies(index)];
  const [first] = uses;
  if (!first) return;
  for (const { currency, pointer } of uses) {
    if (currency === first.currency) continue;
    const message = `Amounts are in ${first.currency} elsewhere in this flow, but here in ${currency}. Costs can only be added up in one currency.`;
    findings.error('E309', pointer, message, {
      title: `Change it to ${first.currency} (check the amount)`,
      patch: [{ op: 'replace', path: pointer, value: first.currency }],
    });
  }
}

/** The flow's own budget first: it sets the currency. */
function* currencies(index: FlowIndex): Generator<Use> {
  const budget = index.top('budget');
  if (budget?.cost) yield { currency: budget.cost.currency, pointer: '/budget/cost/currency' };
  for (const [name, model] of index.parts('models')) {
    if (model?.price) yield { currency: model.price.currency, pointer: `/models/${name}/price/currency` };
  }
  for (const [name, agent] of index.parts('agents')) {
    if (agent?.budget?.cost)
      yield { currency: agent.budget.cost.currency, pointer: `/agents/${name}/budget/cost/currency` };
  }
  for (const graph of index.graphs) {
    for (const { node, pointer } of graph.nodes.values()) {
      if (node?.budget?.cost)
        yield { currency: node.budget.cost.currency, pointer: `${pointer}/budget/cost/currency` };
    }
  }
}
