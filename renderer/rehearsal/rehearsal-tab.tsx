/** The designer's own small rehearsal: press once, read how runs of this drawing end and which paths were never tried. */
import { Button, Loader } from '@mantine/core';
import { ArrowUpRight, FlaskConical } from 'lucide-react';
import { useDeferredValue, useMemo } from 'react';
import { failureModes } from '../../shared/spec/failure-modes';
import type { Flow } from '../../shared/spec/flow';
import { navigate } from '../app/router';
import { t } from '../i18n/t';
import { nodeName } from '../run/words';
import { StepLink } from '../run/facts';
import { CoverageList, Forecast, Outcomes } from './report';
import { startPlan, useSimulation } from './use-simulation';
import { WatchOne } from './watch-one';
import '../run/run.css';
import './rehearsal.css';

const RUNS = 200;
const MAX_MODES = 12;

interface Props {
  readonly flow: Flow;
  readonly path: string;
  readonly onGoNode: (id: string) => void;
}

export function RehearsalTab({ flow, path, onGoNode }: Props) {
  const { report, error, isBusy, simulate } = useSimulation(flow);
  const plan = { ...startPlan(flow), runs: RUNS };
  return (
    <div className="rehearsal-tab">
      <div className="rehearsal-tab-go">
        <Button
          loading={isBusy}
          leftSection={<FlaskConical size={14} aria-hidden />}
          onClick={() => simulate(plan)}
        >
          {t('rehearsal.simulate', { count: RUNS })}
        </Button>
        <WatchOne flow={flow} path={path} plan={plan} />
        <Button
          variant="subtle"
          rightSection={<ArrowUpRight size={13} aria-hidden />}
          onClick={() => navigate({ screen: 'rehearsal', path })}
        >
          {t('rehearsal.tab.lab')}
        </Button>
        <OpenModes flow={flow} onGoNode={onGoNode} />
      </div>
      <div className="rehearsal-tab-results">
        <div role="status" className={isBusy ? '' : 'sr-only'}>
          {isBusy ? (
            <p className="meta row">
              <Loader size={14} /> {t('rehearsal.busy', { count: RUNS })}
            </p>
          ) : null}
        </div>
        {error === undefined ? null : (
          <p className="field-error" role="alert">
            {error}
          </p>
        )}
        {report ? (
          <>
            <div>
              <Outcomes report={report} />
              <Forecast report={report} />
            </div>
            <CoverageList report={report} flow={flow} path={path} />
          </>
        ) : isBusy || error !== undefined ? null : (
          <p className="meta">{t('rehearsal.tab.start')}</p>
        )}
      </div>
    </div>
  );
}

/** Ways to fail that nothing drawn takes. */
function OpenModes({ flow, onGoNode }: Pick<Props, 'flow' | 'onGoNode'>) {
  const shown = useDeferredValue(flow);
  const open = useMemo(() => failureModes(shown).filter((mode) => !mode.handled), [shown]);
  const byNode = new Map<string, number>();
  for (const mode of open) byNode.set(mode.node, (byNode.get(mode.node) ?? 0) + 1);
  return (
    <div>
      <p className="meta">
        {open.length === 0 ? t('rehearsal.modes.all') : t('rehearsal.tab.open', { count: open.length })}
      </p>
      <ul className="plain">
        {[...byNode].slice(0, MAX_MODES).map(([node, count]) => (
          <li key={node} className="row">
            <StepLink name={nodeName(flow, node)} onClick={() => onGoNode(node)} />
            <span className="meta num">{count}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
