import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, test } from 'vitest';
import { setLanguage } from '../../../renderer/i18n/t';
import { EdgeInspector } from '../../../renderer/inspector/edge-inspector';
import { FlowInspector } from '../../../renderer/inspector/flow-inspector';
import { KindHelp } from '../../../renderer/inspector/help';
import { NodeInspector } from '../../../renderer/inspector/node-inspector';
import { recoveryWords } from '../../../renderer/inspector/recovery';
import { ROOT } from '../../../shared/editing/graphs';
import { addNode, setField } from '../../../shared/editing/nodes';
import type { Flow } from '../../../shared/spec/flow';
import { smallFlow } from '../../fakes/small-flows';
import { renderInTheme } from '../render';

function host(flow: Flow) {
  let current = flow;
  return {
    input: {
      flow,
      problems: [],
      edit: (_label: string, change: (doc: Flow) => Flow) => void (current = change(current)),
    },
    doc: () => current,
  };
}

function drawNode(flow: Flow, id: string) {
  const { input, doc } = host(flow);
  renderInTheme(<NodeInspector input={input} id={id} onRenamed={() => undefined} />);
  return doc;
}

async function choose(name: string, option: string) {
  fireEvent.click(screen.getByRole('combobox', { name }));
  fireEvent.click(await screen.findByRole('option', { name: option }));
}

describe('a shape', () => {
  const properties = { tags: { type: 'array', items: { type: 'object', properties: {} } } };
  const flow: Flow = { ...smallFlow, input: { type: 'object', properties } };

  test('says what a list means and how many items it may have', () => {
    const { input, doc } = host(flow);
    renderInTheme(<FlowInspector input={input} />);
    fireEvent.change(screen.getByLabelText('What tags means'), { target: { value: 'Topics' } });
    expect(doc().input).toMatchObject({ properties: { tags: { description: 'Topics' } } });
    fireEvent.click(screen.getByLabelText('More about tags'));
    fireEvent.change(screen.getByLabelText('Most items of tags'), { target: { value: '5' } });
    expect(doc().input).toMatchObject({ properties: { tags: { maxItems: 5 } } });
  });

  test('of fields can become another kind, also inside a list', async () => {
    const { input, doc } = host(flow);
    renderInTheme(<FlowInspector input={input} />);
    await choose('Kind of value of item of tags', 'Text');
    expect(doc().input).toMatchObject({ properties: { tags: { items: { type: 'string' } } } });
    await choose('Kind of value of Input', 'List');
    expect(doc().input).toEqual({ type: 'array', items: { type: 'string' } });
  });

  test('with choices that are no texts stays as it is written', () => {
    const { input } = host({ ...smallFlow, input: { enum: [1, 2] } });
    renderInTheme(<FlowInspector input={input} />);
    expect(screen.queryByLabelText('Choices of Input')).toBeNull();
  });
});

describe('a node', () => {
  test('a wait is for a time or until a moment, never both', async () => {
    const { doc, id } = addNode(smallFlow, ROOT, 'wait');
    const after = drawNode(doc, id);
    await choose('Waits', 'Until a point in time');
    const node = after().nodes[id];
    expect(node?.kind === 'wait' && [node.for, node.until !== undefined]).toEqual([undefined, true]);
  });

  test('a choice is not offered a sample, and a deadline that is not set has no way out', () => {
    drawNode(smallFlow, 'check');
    fireEvent.click(screen.getByText('Limits'));
    expect(screen.queryByText('Ask only sometimes')).toBeNull();
    expect(screen.queryByText('When the deadline passes')).toBeNull();
    expect(screen.getByText('Deadline')).toBeTruthy();
  });

  test('an agent with two ways on is told in a rehearsal which to take', async () => {
    const handoff = { name: 'to_check', schema: { type: 'object' } };
    const edges = [...smallFlow.edges, { from: 'write', port: 'handoff', to: 'check', handoff }];
    const after = drawNode({ ...smallFlow, edges }, 'write');
    fireEvent.click(screen.getByText('In a rehearsal'));
    await choose('Hands over to', 'next');
    expect(after().rehearsal?.nodes?.['write']?.choice).toBe('next');
  });

  test('says what other programs keep in it, and that its agent has a gate too', () => {
    const agents = { writer: { ...smallFlow.agents?.['writer'], role: 'Writes', model: 'local', gate: {} } };
    const flow = setField({ ...smallFlow, agents }, 'write', ['extensions'], { n8n: { id: 7 } });
    drawNode(flow, 'write');
    expect(screen.getByText('Kept for other programs as it is: n8n.')).toBeTruthy();
    fireEvent.click(screen.getByText('When it fails'));
    expect(screen.getByText(/The gate of the agent itself has to be passed too/)).toBeTruthy();
  });

  test('what holds for the flow bounds calls, not a whole container', () => {
    const { doc, id } = addNode(smallFlow, ROOT, 'map');
    const flow: Flow = { ...doc, policies: { default: { timeout: 'PT30S' } } };
    expect(recoveryWords(flow, id).join(' ')).not.toContain('30 s');
    const own = setField(flow, id, ['policy'], { timeout: 'PT9S' });
    expect(recoveryWords(own, id)[0]).toBe('If it takes longer than 9 s in all, it fails.');
  });
});

test('the ends of a connection are chosen in its form, and what it says moves along', async () => {
  const { input, doc } = host(smallFlow);
  const moved: unknown[] = [];
  const wire = { from: 'write', port: 'next', to: 'check' };
  renderInTheme(<EdgeInspector input={input} graph={ROOT} wire={wire} onMoved={(to) => moved.push(to)} />);
  await choose('Leads to', 'End');
  expect(moved).toEqual([{ ...wire, to: 'end' }]);
  expect(doc().edges).toContainEqual({ ...wire, to: 'end' });
});

test('a fault that is a rate limit says when to ask again', () => {
  const tests: Flow['tests'] = [
    { name: 'a', faults: [{ node: 'write', attempt: 7, kind: 'rate_limited' }], expect: {} },
  ];
  const { input, doc } = host({ ...smallFlow, tests });
  renderInTheme(<FlowInspector input={input} />);
  fireEvent.click(screen.getByRole('button', { name: /^Rehearsal and tests/ }));
  if (!screen.queryByLabelText('May ask again after'))
    fireEvent.click(screen.getByRole('button', { name: 'a' }));
  expect(screen.getByDisplayValue('try 7')).toBeTruthy();
  const field = screen.getByLabelText('May ask again after');
  fireEvent.change(field, { target: { value: '20 s' } });
  fireEvent.blur(field);
  expect(doc().tests?.[0]?.faults?.[0]?.retryAfter).toBe('PT20S');
});

describe('the help page', () => {
  afterEach(() => setLanguage('en'));

  test('is in the language of the window', async () => {
    setLanguage('de');
    renderInTheme(<KindHelp kind="loop" />);
    const help = screen.getByRole('region');
    await waitFor(() => expect(within(help).getByText(/Sie hat immer eine Grenze/)).toBeTruthy());
  });
});
