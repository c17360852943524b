import { ActionIcon, Button, UnstyledButton } from '@mantine/core';
import { ChevronDown, ChevronUp, CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { nodeAt } from '../../shared/editing/graphs';
import { variableUses } from '../../shared/editing/parts';
import { nameOf } from '../../shared/nodes/lookup';
import type { Flow } from '../../shared/spec/flow';
import type { Problem } from '../../shared/spec/problem';
import { t } from '../i18n/t';
import { typeWords } from '../inspector/scope';
import type { Json } from '../../shared/base/json';
import { isReadiness, sortProblems } from './problems';

export const BOTTOM_TABS = ['problems', 'readiness', 'variables'] as const;
export type BottomTab = (typeof BOTTOM_TABS)[number];

interface Props {
  readonly flow: Flow;
  readonly problems: readonly Problem[];
  readonly checking: boolean;
  readonly open: BottomTab | undefined;
  readonly onOpen: (tab: BottomTab | undefined) => void;
  readonly onGo: (problem: Problem) => void;
  readonly onFix: (problem: Problem) => void;
  readonly onGoNode: (id: string) => void;
  readonly onGoField: (name: string) => void;
}

/** Problems, readiness and variables; closed it still shows the counts. */
export function BottomPanel(props: Props) {
  const { flow, problems, open, onOpen } = props;
  const errors = sortProblems(problems.filter((p) => !isReadiness(p)));
  const readiness = problems.filter(isReadiness);
  const uses = variableUses(flow);
  const counts: Record<BottomTab, number> = {
    problems: errors.length,
    readiness: readiness.length,
    variables: uses.length,
  };
  return (
    <section className={`bottom${open ? ' is-open' : ''}`} aria-label={t('designer.bottom')}>
      <div className="bottom-tabs">
        <div className="row" role="tablist" aria-label={t('designer.bottom')}>
          {BOTTOM_TABS.map((tab) => (
            <UnstyledButton
              key={tab}
              role="tab"
              aria-selected={open === tab}
              className="bottom-tab"
              onClick={() => onOpen(open === tab ? undefined : tab)}
            >
              {t(`designer.tab.${tab}`)}
              <span
                className={`count num${tab === 'problems' && errors.some((p) => p.severity === 'error') ? ' tint-red' : ''}`}
              >
                {counts[tab]}
              </span>
            </UnstyledButton>
          ))}
        </div>
        <span className="grow meta" role="status">
          {props.checking ? t('designer.checking') : ''}
        </span>
        <ActionIcon
          size={24}
          aria-label={open ? t('designer.bottom.close') : t('designer.bottom.open')}
          onClick={() => onOpen(open ? undefined : 'problems')}
        >
          {open ? <ChevronDown size={15} aria-hidden /> : <ChevronUp size={15} aria-hidden />}
        </ActionIcon>
      </div>
      {open ? (
        <div className="bottom-body" role="tabpanel" aria-label={t(`designer.tab.${open}`)}>
          {open === 'problems' ? (
            <ProblemList {...props} list={errors} none={t('designer.problems.none')} />
          ) : null}
          {open === 'readiness' ? (
            <ProblemList {...props} list={readiness} none={t('designer.readiness.none')} />
          ) : null}
          {open === 'variables' ? (
            <Variables flow={flow} onGoNode={props.onGoNode} onGoField={props.onGoField} />
          ) : null}
        </div>
      ) : null}
    </section>
  );
}

function ProblemList({
  list,
  none,
  flow,
  onGo,
  onFix,
}: Props & { readonly list: readonly Problem[]; readonly none: string }) {
  if (list.length === 0) {
    return (
      <p className="all-well row">
        <CircleCheck size={15} aria-hidden /> {none}
      </p>
    );
  }
  return (
    <ul className="problems">
      {list.map((problem) => {
        const node = problem.node === undefined ? undefined : nodeAt(flow, problem.node);
        const Icon = problem.severity === 'error' ? CircleAlert : TriangleAlert;
        return (
          <li key={`${problem.code}:${problem.pointer}:${problem.message}`} className="problem">
            <UnstyledButton className="problem-go" onClick={() => onGo(problem)}>
              <Icon
                size={14}
                aria-label={t(`designer.severity.${problem.severity}`)}
                className={`is-${problem.severity}`}
              />
              <span className="problem-message">{problem.message}</span>
              {node && problem.node !== undefined ? (
                <span className="problem-where truncate">{nameOf(problem.node, node)}</span>
              ) : null}
              <span className="mono meta">{problem.code}</span>
            </UnstyledButton>
            {problem.fix ? (
              <Button size="compact-xs" variant="light" onClick={() => onFix(problem)}>
                {problem.fix.title}
              </Button>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}

/** Who writes and who reads each piece of shared state. */
function Variables({
  flow,
  onGoNode,
  onGoField,
}: {
  readonly flow: Flow;
  readonly onGoNode: (id: string) => void;
  readonly onGoField: (name: string) => void;
}) {
  const uses = variableUses(flow);
  if (uses.length === 0) return <p className="meta">{t('designer.variables.none')}</p>;
  const links = (ids: readonly string[]) =>
    ids.length === 0 ? (
      <span className="meta">{t('designer.variables.nobody')}</span>
    ) : (
      ids.map((id) => (
        <UnstyledButton key={id} className="link-button" onClick={() => onGoNode(id)}>
          {nameOf(id, nodeAt(flow, id) ?? { kind: 'start' })}
        </UnstyledButton>
      ))
    );
  return (
    <table className="variables">
      <thead>
        <tr>
          {(['field', 'type', 'rule', 'writers', 'readers'] as const).map((column) => (
            <th key={column} scope="col">
              {t(`designer.variables.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {uses.map(({ field, writers, readers }) => {
          const declared = flow.context?.[field];
          return (
            <tr key={field}>
              <th scope="row">
                <UnstyledButton className="link-button mono" onClick={() => onGoField(field)}>
                  {field}
                </UnstyledButton>
              </th>
              <td>
                {declared ? typeWords(declared.schema as Json, flow) : t('designer.variables.undeclared')}
              </td>
              <td>{declared?.merge ?? ''}</td>
              <td>{links(writers)}</td>
              <td>{links(readers)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
