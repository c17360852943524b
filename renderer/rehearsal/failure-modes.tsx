/** Every node and every way it can fail: where that ends. Computed from the drawing, without running anything. */
import { Switch } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Flow } from '../../shared/spec/flow';
import { type FailureMode, failureModes } from '../../shared/spec/failure-modes';
import { navigate } from '../app/router';
import { kindWords } from '../i18n/failure-words';
import { t } from '../i18n/t';
import { Part, StepLink } from '../run/facts';
import { nodeName } from '../run/words';
import { stateLook, type VisualState } from '../ui/states';
import { endingWords } from './ending-words';

const LOOKS: Readonly<Record<FailureMode['ends'], VisualState>> = {
  port: 'done',
  fallback: 'fallback',
  'left-out': 'skipped',
  replan: 'retrying',
  person: 'waiting-person',
  undo: 'compensating',
  run: 'failed',
};

export function FailureModes({ flow, path }: { readonly flow: Flow; readonly path: string }) {
  const [onlyOpen, setOnlyOpen] = useState(false);
  const modes = useMemo(() => failureModes(flow), [flow]);
  const open = modes.filter((mode) => !mode.handled);
  const shown = onlyOpen ? open : modes;
  if (modes.length === 0) return null;
  return (
    <Part
      title={t('rehearsal.modes')}
      aside={
        <Switch
          checked={onlyOpen}
          label={t('rehearsal.modes.open')}
          onChange={(event) => setOnlyOpen(event.currentTarget.checked)}
        />
      }
    >
      <p className="meta">
        {open.length === 0
          ? t('rehearsal.modes.all')
          : t('rehearsal.modes.some', { open: open.length, total: modes.length })}
      </p>
      <table className="small-table modes">
        <thead>
          <tr>
            <th scope="col">{t('rehearsal.modes.node')}</th>
            <th scope="col">{t('rehearsal.modes.kind')}</th>
            <th scope="col">{t('rehearsal.modes.ends')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((mode, i) => (
            <tr
              key={`${mode.node}:${mode.kind}`}
              className={mode.node === shown[i - 1]?.node ? 'is-same' : ''}
            >
              <td>
                {mode.node === shown[i - 1]?.node ? null : (
                  <StepLink
                    name={nodeName(flow, mode.node)}
                    onClick={() => navigate({ screen: 'designer', path, node: mode.node })}
                  />
                )}
              </td>
              <td>{kindWords(mode.kind)}</td>
              <td>
                <Ending flow={flow} mode={mode} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}

function Ending({ flow, mode }: { readonly flow: Flow; readonly mode: FailureMode }) {
  const { icon: Icon, tint } = stateLook[LOOKS[mode.ends]];
  return (
    <span className={`mode-end tint-${tint}`}>
      <Icon size={13} aria-hidden />
      <span>{endingWords(flow, mode)}</span>
    </span>
  );
}
