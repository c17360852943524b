/** What happens by itself when nobody has decided at the deadline, in words. */
import { graphAt, graphOf } from '../../shared/editing/graphs';
import { failureModesOf } from '../../shared/spec/failure-modes';
import type { Flow } from '../../shared/spec/flow';
import { endingWords } from '../rehearsal/ending-words';
import { t } from '../i18n/t';
import { nodeName } from '../run/words';
import { choiceLabel, type Task } from './decision';

export function afterDeadline(
  task: Pick<Task, 'choices' | 'node' | 'onDeadline'>,
  flow: Flow | undefined,
): string {
  const port = task.onDeadline ?? 'expired';
  const chosen = task.choices.find((choice) => choice.port === port);
  if (chosen) return t('inbox.then', { choice: choiceLabel(chosen) });
  if (!flow || task.node === undefined) return t('inbox.thenPort', { port });
  const next = nextNode(flow, task.node, port);
  if (next !== undefined) return t('inbox.thenTo', { name: nodeName(flow, next) });
  // Nothing is drawn for it: the step fails, and what takes the failure is what happens.
  const mode = failureModesOf(flow, task.node).find(({ kind }) => kind === 'expired');
  return mode ? t('inbox.thenFails', { what: endingWords(flow, mode) }) : t('inbox.thenPort', { port });
}

/** Where a port of a node leads, in the graph the node stands in. */
function nextNode(flow: Flow, node: string, port: string): string | undefined {
  const ref = graphOf(flow, node);
  const edges = ref ? graphAt(flow, ref)?.edges : undefined;
  return edges?.find((edge) => edge.from === node && edge.port === port)?.to;
}
