/** What came of the simulated runs: how they ended, what they cost and took, and which paths none of them took. */
import { useMemo, useState } from 'react';
import { type GraphRef, ROOT } from '../../shared/editing/graphs';
import type { Coverage, Percentiles, SimulationReport } from '../../shared/ipc/contract';
import type { Flow } from '../../shared/spec/flow';
import { navigate } from '../app/router';
import { FlowCanvas } from '../canvas/flow-canvas';
import { createNodeStates } from '../canvas/overlay';
import { NOTHING } from '../editor/editor-store';
import { kindWords } from '../i18n/failure-words';
import { formatNumber, t } from '../i18n/t';
import { Part, StepLink } from '../run/facts';
import { elapsedWords, money, nodeName } from '../run/words';
import { runState } from '../ui/states';
import { stateLook } from '../ui/states';
import type { RunStatus } from '../../shared/events/event';
import { coverageOverlay, type Missed, parseMissed } from './coverage';

interface Props {
  readonly report: SimulationReport;
  readonly flow: Flow;
  readonly path: string;
}

export function Report({ report, flow, path }: Props) {
  return (
    <>
      <Part title={t('rehearsal.outcomes', { count: report.runs, seed: report.seed })}>
        <Outcomes report={report} />
      </Part>
      <Part title={t('rehearsal.forecast')}>
        <Forecast report={report} />
      </Part>
      <Part title={t('rehearsal.coverage')}>
        <CoverageList report={report} flow={flow} path={path} />
      </Part>
      <CoverageDrawing flow={flow} coverage={report.coverage.edges} />
    </>
  );
}

const STATUSES: readonly RunStatus[] = [
  'completed',
  'failed',
  'cancelled',
  'waiting',
  'paused',
  'running',
  'compensating',
];

export function Outcomes({ report }: { readonly report: SimulationReport }) {
  const rows = Object.entries(report.outcomes).toSorted((a, b) => b[1] - a[1]);
  return (
    <table className="small-table outcomes">
      <caption className="sr-only">
        {t('rehearsal.outcomes', { count: report.runs, seed: report.seed })}
      </caption>
      <tbody>
        {rows.map(([name, count]) => {
          const [first = name, rest] = splitOutcome(name);
          const status = STATUSES.find((one) => one === first);
          const look = stateLook[status ? runState(status) : 'failed'];
          const share = count / Math.max(1, report.runs);
          return (
            <tr key={name}>
              <th scope="row" className={`tint-${look.tint}`}>
                <look.icon size={13} aria-hidden /> {status ? t(`run.status.${status}`) : kindWords(first)}
                {rest === undefined ? '' : ` · ${kindWords(rest)}`}
              </th>
              <td className="outcome-bar" aria-hidden>
                <span className={`tint-${look.tint}`} style={{ width: `${share * 100}%` }} />
              </td>
              <td className="mono">{formatNumber(share, { style: 'percent', maximumFractionDigits: 1 })}</td>
              <td className="mono meta">{formatNumber(count)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** `failed:timeout` says how and why. */
function splitOutcome(name: string): readonly [string, string | undefined] {
  const cut = name.indexOf(':');
  return cut < 0 ? [name, undefined] : [name.slice(0, cut), name.slice(cut + 1)];
}

export function Forecast({ report }: { readonly report: SimulationReport }) {
  const { cost, latencyMs, tokens } = report;
  const rows: readonly (readonly [string, Percentiles, (value: number) => string])[] = [
    [t('run.fact.cost'), cost, (value) => (cost.known ? money(value, cost.currency) : t('run.cost.unknown'))],
    [t('run.fact.duration'), latencyMs, elapsedWords],
    [t('run.fact.tokens'), tokens, (value) => formatNumber(value, { maximumFractionDigits: 0 })],
  ];
  return (
    <table className="small-table is-figures forecast">
      <thead>
        <tr>
          <th scope="col">{t('runs.compare.measure')}</th>
          <th scope="col">{t('rehearsal.half')}</th>
          <th scope="col">{t('rehearsal.ninety')}</th>
          <th scope="col">{t('rehearsal.ninetyNine')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([label, values, words]) => (
          <tr key={label}>
            <td>{label}</td>
            <td className="mono">{words(values.p50)}</td>
            <td className="mono">{words(values.p90)}</td>
            <td className="mono">{words(values.p99)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const MAX_MISSED = 40;

export function CoverageList({ report, flow, path }: Props) {
  const { edges, ports, kinds } = report.coverage;
  const parts: readonly (readonly ['edges' | 'ports' | 'kinds', Coverage])[] = [
    ['edges', edges],
    ['ports', ports],
    ['kinds', kinds],
  ];
  return (
    <div className="coverage">
      {parts
        .filter(([, coverage]) => coverage.total > 0)
        .map(([name, coverage]) => (
          <div key={name} className="coverage-part">
            <p className="row">
              <strong>{t(`rehearsal.coverage.${name}`)}</strong>
              <span className="mono">
                {coverage.hit}/{coverage.total}
              </span>
              <span
                className={`coverage-track tint-${coverage.missed.length === 0 ? 'green' : 'amber'}`}
                aria-hidden
              >
                <span style={{ width: `${(coverage.hit / coverage.total) * 100}%` }} />
              </span>
            </p>
            {coverage.missed.length === 0 ? (
              <p className="meta">{t('rehearsal.coverage.full')}</p>
            ) : (
              <>
                <p className="meta">{t('rehearsal.coverage.missed', { count: coverage.missed.length })}</p>
                <ul className="plain missed">
                  {coverage.missed.slice(0, MAX_MISSED).map((missed) => {
                    const parsed = parseMissed(missed);
                    return (
                      <li key={missed}>
                        <StepLink
                          name={missedWords(flow, parsed)}
                          onClick={() => navigate({ screen: 'designer', path, node: parsed.node })}
                        />
                      </li>
                    );
                  })}
                </ul>
              </>
            )}
          </div>
        ))}
    </div>
  );
}

function missedWords(flow: Flow, { node, port, to, kind }: Missed): string {
  const name = nodeName(flow, node);
  if (to !== undefined) return t('rehearsal.missed.edge', { name, port: port ?? '', to: nodeName(flow, to) });
  return kind === undefined
    ? t('rehearsal.missed.port', { name, port: port ?? '' })
    : t('rehearsal.missed.kind', { name, kind: kindWords(kind) });
}

function CoverageDrawing({ flow, coverage }: { readonly flow: Flow; readonly coverage: Coverage }) {
  const [graph, setGraph] = useState<GraphRef>(ROOT);
  const states = useMemo(() => createNodeStates(coverageOverlay(flow, coverage)), [flow, coverage]);
  return (
    <Part title={t('rehearsal.drawing')}>
      <div className="lab-drawing">
        <FlowCanvas
          doc={flow}
          graph={graph}
          mode="run"
          selection={NOTHING}
          onSelect={ignore}
          onShowGraph={setGraph}
          nodeStates={states}
          minimap={false}
        />
      </div>
    </Part>
  );
}

/** Nothing can be selected here: the links below the numbers lead to the designer. */
function ignore(): void {}
