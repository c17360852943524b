/** What a decision rests on: values by their names, a plan as its steps, a budget as what was used of it. */
import type { Json } from '../../shared/base/json';
import { nodeAt } from '../../shared/editing/graphs';
import { Usage } from '../../shared/events/event';
import { definitionOf } from '../../shared/nodes/lookup';
import type { Flow } from '../../shared/spec/flow';
import { z } from '../../shared/spec/zod';
import { ReadableValue } from '../forms/readable-value';
import { defined } from '../i18n/define-words';
import { t } from '../i18n/t';
import { type Fact, Facts } from '../run/facts';
import { costWords, elapsedWords, nodeName, tokensWords } from '../run/words';
import { KindIcon } from '../ui/kind-icon';
import { evidenceTitle, type Task } from './decision';

interface Props {
  readonly task: Task;
  readonly flow: Flow | undefined;
}

export function Evidence({ task, flow }: Props) {
  if (task.evidence.length === 0) return null;
  return (
    <section className="evidence" aria-label={t('inbox.evidence')}>
      <h3>{t('inbox.evidence')}</h3>
      {task.evidence.map((piece, i) => (
        // the evidence of a task never changes
        <Piece key={i} {...piece} task={task} flow={flow} />
      ))}
    </section>
  );
}

type PieceProps = Props & { readonly label: string; readonly value: Json };

function Piece({ label, value, task, flow }: PieceProps) {
  const plan = task.type === 'plan' && label === 'plan' ? Plan.safeParse(value).data : undefined;
  const used = task.type === 'budget' && label === 'used' ? Usage.safeParse(value).data : undefined;
  const title = plan
    ? t('inbox.type.plan')
    : used
      ? t('inbox.used')
      : evidenceTitle(label, (id) => nodeName(flow, id));
  return (
    <div className="evidence-piece">
      <div className="evidence-label">{title}</div>
      {plan ? <PlanSteps plan={plan} flow={flow} /> : null}
      {used ? <Facts facts={usedFacts(used)} /> : null}
      {plan || used ? null : <ReadableValue value={value} />}
    </div>
  );
}

/** As the planner proposes it: each step with what it uses and the steps it waits for. */
const Plan = z.array(
  z.object({ id: z.string(), use: z.string(), input: z.unknown(), after: z.array(z.string()) }),
);
type Plan = z.infer<typeof Plan>;

function PlanSteps({ plan, flow }: { readonly plan: Plan; readonly flow: Flow | undefined }) {
  const numbers = new Map(plan.map(({ id }, i) => [id, i + 1]));
  return (
    <ol className="plan-steps">
      {plan.map(({ id, use, input, after }, i) => {
        const node = flow ? nodeAt(flow, use) : undefined;
        const kind = node ? definitionOf(node.kind)?.title : undefined;
        const order =
          after.length === 0
            ? t('inbox.plan.atOnce')
            : t('inbox.plan.after', { list: after.map((name) => numbers.get(name) ?? name).join(', ') });
        return (
          <li key={id}>
            <span className="plan-number num" aria-hidden>
              {i + 1}
            </span>
            <div className="plan-step">
              <div className="row">
                {node ? <KindIcon kind={node.kind} size={18} /> : null}
                <strong>{nodeName(flow, use)}</strong>
              </div>
              <p className="meta">{kind === undefined ? order : `${defined(kind)} · ${order}`}</p>
              {node?.description ? <p>{node.description}</p> : null}
              {isEmpty(input) ? null : <ReadableValue value={input} />}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function isEmpty(input: unknown): boolean {
  return input === null || (typeof input === 'object' && Object.keys(input).length === 0);
}

/** What a budget may limit; what was not used says nothing. */
function usedFacts(used: Usage): readonly Fact[] {
  const counted = (count: number) => (count > 0 ? <span className="mono">{count}</span> : undefined);
  const { tokens, cost, durationMs } = used;
  return [
    { label: t('run.fact.steps'), value: counted(used.steps) },
    { label: t('run.fact.retries'), value: counted(used.retries) },
    { label: t('run.fact.turns'), value: counted(used.turns) },
    {
      label: t('run.fact.tokens'),
      value: tokens.in + tokens.out > 0 && <span className="mono">{tokensWords(tokens)}</span>,
    },
    {
      label: t('run.fact.cost'),
      value: (cost.amount > 0 || !cost.known) && <span className="mono">{costWords(cost)}</span>,
    },
    {
      label: t('run.fact.duration'),
      value: durationMs > 0 && <span className="mono">{elapsedWords(durationMs)}</span>,
    },
    { label: t('run.fact.handoffs'), value: counted(used.handoffs) },
  ];
}
