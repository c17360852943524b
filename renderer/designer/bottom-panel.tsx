import { ActionIcon, UnstyledButton } from '@mantine/core';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { variableUses } from '../../shared/editing/parts';
import type { Flow } from '../../shared/spec/flow';
import type { FoundText } from '../../shared/editing/find';
import type { GraphRef } from '../../shared/editing/graphs';
import type { Problem } from '../../shared/spec/problem';
import { t } from '../i18n/t';
import { useTabs } from '../editor/tabs';
import { RehearsalTab } from '../rehearsal/rehearsal-tab';
import { FindPanel } from './find-panel';
import { ProblemList } from './problem-list';
import { isReadiness, sortProblems } from './problems';
import { VariablesPanel } from './variables-panel';

export const BOTTOM_TABS = ['problems', 'readiness', 'variables', 'rehearsal', 'find'] as const;
export type BottomTab = (typeof BOTTOM_TABS)[number];

const TITLES = {
  problems: 'designer.tab.problems',
  readiness: 'designer.tab.readiness',
  variables: 'designer.tab.variables',
  rehearsal: 'rehearsal.tab',
  find: 'designer.tab.find',
} as const satisfies Record<BottomTab, string>;

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
  /** The graph on the canvas. */
  readonly graph: GraphRef;
  readonly edit: (label: string, change: (doc: Flow) => Flow) => void;
  readonly onGoFound: (found: FoundText) => void;
}

/** Problems, readiness and variables; closed it still shows the counts. */
export function BottomPanel(props: Props) {
  const { flow, problems, open, onOpen } = props;
  const errors = sortProblems(problems.filter((p) => !isReadiness(p)));
  const readiness = problems.filter(isReadiness);
  const uses = variableUses(flow);
  const counts: Record<Exclude<BottomTab, 'find' | 'rehearsal'>, number> = {
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
              {t(TITLES[tab])}
              {tab === 'find' || tab === 'rehearsal' ? null : (
                <span
                  className={`count num${tab === 'problems' && errors.some((p) => p.severity === 'error') ? ' tint-red' : ''}`}
                >
                  {counts[tab]}
                </span>
              )}
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
        <div className="bottom-body" role="tabpanel" aria-label={t(TITLES[open])}>
          <TabBody {...props} open={open} errors={errors} readiness={readiness} />
        </div>
      ) : null}
    </section>
  );
}

interface BodyProps extends Props {
  readonly open: BottomTab;
  readonly errors: readonly Problem[];
  readonly readiness: readonly Problem[];
}

function TabBody({ open, errors, readiness, ...props }: BodyProps) {
  switch (open) {
    case 'problems':
      return <ProblemList {...props} list={errors} none={t('designer.problems.none')} />;
    case 'readiness':
      return <ProblemList {...props} list={readiness} none={t('designer.readiness.none')} />;
    case 'variables':
      return <VariablesPanel {...props} />;
    case 'rehearsal':
      return <Rehearse flow={props.flow} onGoNode={props.onGoNode} />;
    case 'find':
      return <FindPanel {...props} onGo={props.onGoFound} />;
  }
}

/** The flow of the tab in front: its file says where relative folders are. */
function Rehearse({ flow, onGoNode }: Pick<Props, 'flow' | 'onGoNode'>) {
  const path = useTabs((s) => s.active);
  return path === undefined ? null : <RehearsalTab key={path} flow={flow} path={path} onGoNode={onGoNode} />;
}
