import { fireEvent, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { FlowInspector } from '../../../renderer/inspector/flow-inspector';
import { PartInspector } from '../../../renderer/inspector/part-inspector';
import { withGiven } from '../../../renderer/inspector/rehearsal-fields';
import { mergeFaults } from '../../../renderer/inspector/test-cases';
import { Flow } from '../../../shared/spec/flow';

import { smallFlow } from '../../fakes/small-flows';
import { renderInTheme } from '../render';

function input(flow: Flow) {
  let current = flow;
  return {
    host: {
      flow,
      problems: [],
      edit: (_label: string, change: (doc: Flow) => Flow) => void (current = change(current)),
    },
    doc: () => current,
  };
}

test('a test is added with an input of the shape of the flow, and the document stays readable', () => {
  const { host, doc } = input(smallFlow);
  renderInTheme(<FlowInspector input={host} />);
  fireEvent.click(screen.getByRole('button', { name: /^Rehearsal and tests/ }));
  fireEvent.click(screen.getByRole('button', { name: 'Add a test' }));
  expect(doc().tests?.[1]).toMatchObject({ name: 'Test 2', expect: { status: 'completed' } });
  expect(Flow.safeParse(doc()).success).toBe(true);
});

test('a test whose last wish is taken away keeps its place for wishes', () => {
  const { host, doc } = input({ ...smallFlow, tests: [{ name: 'a', expect: { path: ['write'] } }] });
  renderInTheme(<FlowInspector input={host} />);
  const section = screen.queryByRole('button', { name: /^a/ });
  if (!section) fireEvent.click(screen.getByRole('button', { name: /^Rehearsal and tests/ }));
  fireEvent.click(screen.getByRole('button', { name: 'a' }));
  fireEvent.click(screen.getByRole('button', { name: 'Remove write' }));
  expect(doc().tests).toEqual([{ name: 'a', expect: {} }]);
});

test('what a step gives at each visit is one value or a list of them, and nothing is nothing', () => {
  const entry = { output: 1, confidence: 0.5 };
  expect(withGiven(entry, [])).toEqual({ confidence: 0.5 });
  expect(withGiven(entry, [2])).toEqual({ output: 2, confidence: 0.5 });
  expect(withGiven(entry, [2, 3])).toEqual({ outputs: [2, 3], confidence: 0.5 });
  expect(withGiven({ output: 1 }, [])).toBeUndefined();
});

test('what the rows do not show of a fault stays with it', () => {
  const before = [{ node: 'write', attempt: 1, kind: 'slow', latency: 'PT9S', probability: 0.5 } as const];
  const draft = { id: 1, node: 'write', attempt: 2, share: 100 } as const;
  expect(mergeFaults(before, [{ ...draft, kind: 'timeout' }])).toEqual([
    { node: 'write', attempt: 2, kind: 'timeout', latency: 'PT9S' },
  ]);
  expect(mergeFaults(before, [{ ...draft, kind: 'slow' }])).toEqual([
    { node: 'write', attempt: 2, kind: 'slow' },
  ]);
});

test('a variable of a server can name a secret', () => {
  const server = { transport: 'stdio', command: 'npx', env: { TOKEN: 'x' } } as const;
  const { host, doc } = input({ ...smallFlow, mcpServers: { files: server } });
  renderInTheme(
    <PartInspector
      input={host}
      section="mcpServers"
      name="files"
      onBack={() => undefined}
      onRenamed={() => undefined}
    />,
  );
  fireEvent.click(screen.getByRole('combobox', { name: 'How TOKEN is written' }));
  fireEvent.click(screen.getByRole('option', { name: 'Secret' }));
  expect(doc().mcpServers?.['files']).toEqual({ ...server, env: { TOKEN: { secret: 'x' } } });
});
