/** What a node does, in one cell of a table. */
import { isoDurationWords } from '../../../shared/base/duration-words';
import type { FlowNode } from '../../../shared/spec/nodes';
import { code, prose, words } from './markdown-text';

export function describeNode(node: FlowNode): string {
  const what = whatItDoes(node);
  const more = words([
    node.description && prose(node.description),
    node.reads?.length && `reads ${node.reads.map(code).join(', ')}`,
    node.writes &&
      Object.keys(node.writes).length > 0 &&
      `writes ${Object.keys(node.writes).map(code).join(', ')}`,
    node.compensate && `undone by ${code(node.compensate.tool)}`,
    node.disabled && 'switched off',
  ]);
  return more === '' ? what : `${what}; ${more}`;
}

function whatItDoes(node: FlowNode): string {
  switch (node.kind) {
    case 'start':
      return 'Begins';
    case 'end':
      return node.outcome === 'failed' ? 'Ends the run as failed' : 'Ends the run';
    case 'agent':
      return `The agent ${code(node.agent)}`;
    case 'tool':
      return `Calls ${code(node.tool)}`;
    case 'human':
      return `A person: ${prose(node.title)}`;
    case 'branch':
      return node.cases.map((item) => `${item.port} if ${code(item.when)}`).join('<br>');
    case 'parallel':
      return 'Starts all branches';
    case 'join':
      return joinWords(node);
    case 'map':
      return `For each of ${code(node.items)}, ${node.concurrency ?? 4} at a time; when an item fails: ${node.onItemFailure ?? 'fail'}`;
    case 'loop':
      return `While ${code(node.while)}, at most ${node.maxIterations} times`;
    case 'subflow':
      return `Runs ${code(node.flow)}`;
    case 'transform':
      return `Makes ${code(JSON.stringify(node.output).slice(0, 120))}`;
    case 'code':
      return 'Runs sandboxed code';
    case 'wait':
      return node.for === undefined
        ? `Waits until ${code(node.until ?? '')}`
        : `Waits ${isoDurationWords(node.for)}`;
    case 'supervisor':
      return `Gives work to ${node.workers.map(code).join(', ')}, at most ${node.maxRounds ?? 8} rounds`;
    case 'planner':
      return `Plans over ${Object.keys(node.catalogue.nodes).map(code).join(', ')}`;
    case 'chat':
      return `${node.participants.map(code).join(', ')} talk, at most ${node.maxRounds} rounds`;
    default:
      return 'A kind this version does not know';
  }
}

function joinWords(node: Extract<FlowNode, { kind: 'join' }>): string {
  const wait = node.wait ?? 'all';
  const count =
    typeof wait === 'object'
      ? `${wait.count} branches`
      : wait === 'any'
        ? 'the first branch'
        : 'all branches';
  const deadline = node.deadline === undefined ? '' : `, at most ${isoDurationWords(node.deadline)}`;
  return `Waits for ${count}${deadline}; when a branch fails: ${node.onBranchFailure ?? 'fail'}`;
}
