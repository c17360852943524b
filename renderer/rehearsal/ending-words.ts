/** Where a failure of a node ends, in words: what is tried first, who fails with it, who takes it. */
import type { FailureMode } from '../../shared/spec/failure-modes';
import type { Flow } from '../../shared/spec/flow';
import { t } from '../i18n/t';
import { nodeName } from '../run/words';

export function endingWords(flow: Flow, mode: FailureMode): string {
  const { retries, models, through, ends, to } = mode;
  const names = through.map((id) => nodeName(flow, id)).join(', ');
  return [
    ...(retries > 0 ? [t('rehearsal.ends.retries', { count: retries })] : []),
    ...(models.length > 0 ? [t('rehearsal.ends.models', { names: models.join(', ') })] : []),
    ...(through.length > 0 ? [t('rehearsal.ends.through', { names })] : []),
    t(`rehearsal.ends.${ends}`, { to: to === undefined ? '' : nodeName(flow, to) }),
  ].join(' ');
}
