import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyNodes, pasteNodes } from '../../../../shared/editing/clipboard';
import { connect, disconnect } from '../../../../shared/editing/edges';
import { allGraphs, allNodeIds, ROOT } from '../../../../shared/editing/graphs';
import { record, redo, startHistory, undo } from '../../../../shared/editing/history';
import { insertOnEdge } from '../../../../shared/editing/insert';
import { place } from '../../../../shared/editing/layout';
import { addNode, removeNodes, setDisabled } from '../../../../shared/editing/nodes';
import { renameNode } from '../../../../shared/editing/rename';
import { extract } from '../../../../shared/editing/extract';
import { Flow } from '../../../../shared/spec/flow';
import { NODE_KINDS } from '../../../../shared/spec/nodes';
import { portsOf } from '../../../../shared/spec/ports-of';
import { smallFlow } from '../../../fakes/small-flows';

const pick = <T>(list: readonly T[], n: number): T | undefined =>
  list.length === 0 ? undefined : list[n % list.length];

const edit = fc.record({
  type: fc.constantFrom(
    'add',
    'remove',
    'connect',
    'disconnect',
    'move',
    'rename',
    'disable',
    'paste',
    'insert',
    'extract',
  ),
  a: fc.nat(50),
  b: fc.nat(50),
  c: fc.nat(50),
});
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

/** Documents may grow only so far, or a thousand pastes would double it each time. */
const MANY = 80;

function apply(doc: Flow, { type, a, b, c }: Edit): Flow {
  const { ref, graph } = pick(allGraphs(doc), a) ?? { ref: ROOT, graph: doc };
  const ids = Object.keys(graph.nodes);
  const id = pick(ids, b) ?? 'start';
  const other = pick(ids, c) ?? 'end';
  const edge = pick(graph.edges, b);
  const isLarge = allNodeIds(doc).size > MANY;
  switch (type) {
    case 'add':
      return isLarge ? doc : addNode(doc, ref, pick(NODE_KINDS, c) ?? 'agent', { at: { x: a, y: b } }).doc;
    case 'remove':
      return removeNodes(doc, [id]);
    case 'connect': {
      const node = graph.nodes[id];
      const port = node ? pick(portsOf(node).out, a)?.name : undefined;
      const result = connect(
        doc,
        ref,
        { from: id, port: port ?? 'next', to: other },
        c % 2 ? { maxTraversals: 2 } : {},
      );
      return result.ok ? result.value : doc;
    }
    case 'disconnect':
      return edge ? disconnect(doc, ref, [edge]) : doc;
    case 'move':
      return ids.includes(id) ? place(doc, { [id]: { x: a * 4, y: c * 4 } }) : doc;
    case 'rename':
      return renameNode(doc, id, `Name ${c}`).doc;
    case 'disable':
      return setDisabled(doc, [id], a % 2 === 0);
    case 'paste': {
      const clip = isLarge ? undefined : copyNodes(doc, ref, [id, other]);
      return clip ? pasteNodes(doc, ref, clip, { x: a, y: b }).doc : doc;
    }
    case 'insert':
      return edge && !isLarge ? insertOnEdge(doc, ref, edge, pick(NODE_KINDS, c) ?? 'tool').doc : doc;
    case 'extract': {
      const result = extract(doc, ref, [id, other], a % 2 ? 'subflow' : 'loop', 'Part');
      return result.ok ? result.value.doc : doc;
    }
    default:
      return doc;
  }
}

/** No edge without its ends and its port, no id twice, no place of a node that is gone. */
function wholeness(doc: Flow): readonly string[] {
  const graphs = allGraphs(doc);
  const faults = graphs.flatMap(({ graph }) =>
    graph.edges.flatMap(({ from, port, to }) => {
      const node = graph.nodes[from];
      const isWhole =
        node !== undefined && graph.nodes[to] !== undefined && portsOf(node).out.some((p) => p.name === port);
      return isWhole ? [] : [`edge ${from}.${port} > ${to}`];
    }),
  );
  const count = graphs.reduce((sum, { graph }) => sum + Object.keys(graph.nodes).length, 0);
  const ids = allNodeIds(doc);
  const strays = Object.keys(doc.layout?.nodes ?? {}).filter((id) => !ids.has(id));
  const shape = Flow.safeParse(doc);
  return [
    ...faults,
    ...(count === ids.size ? [] : ['an id twice']),
    ...strays.map((id) => `place of ${id}`),
    ...(shape.success ? [] : [shape.error.message]),
  ];
}

test('a thousand random edits keep the document whole, and undo leads back to the start', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1000, maxLength: 1000 }), (edits) => {
      let history = startHistory<Flow>(smallFlow);
      const seen: Flow[] = [smallFlow];
      for (const step of edits) {
        const next = record(history, step.type, apply(history.present, step));
        if (next !== history) seen.push(next.present);
        history = next;
      }
      expect(wholeness(history.present)).toEqual([]);
      const end = history.present;
      const steps = history.past.length;
      for (let i = 0; i < steps; i++) history = undo(history);
      expect(history.present).toBe(seen[seen.length - 1 - steps]);
      for (let i = 0; i < steps; i++) history = redo(history);
      expect(history.present).toBe(end);
    }),
    // Shrinking a thousand edits takes minutes; the test below finds the small cases.
    { numRuns: 5, endOnFailure: true },
  );
});

test('every single random edit leaves a whole document', () => {
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 60 }), (edits) => {
      let doc: Flow = smallFlow;
      for (const step of edits) {
        doc = apply(doc, step);
        expect(wholeness(doc)).toEqual([]);
      }
    }),
    { numRuns: 40 },
  );
});
