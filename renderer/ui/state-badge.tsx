import { t } from '../i18n/t';
import { stateLook, type VisualState } from './states';

interface Props {
  readonly state: VisualState;
  /** Instead of the state's own word, for example "Retry 2/3". */
  readonly word?: string;
  /** The icon alone; the word becomes its name. */
  readonly compact?: boolean;
}

/** Icon, word and colour of a state. */
export function StateBadge({ state, word, compact }: Props) {
  const { icon: Icon, tint } = stateLook[state];
  const text = word ?? t(`ui.state.${state}`);
  return (
    <span
      className={`badge tint-${tint}${compact ? ' badge-compact' : ''}${state === 'running' ? ' badge-pulse' : ''}`}
      {...(compact ? { role: 'img', 'aria-label': text, title: text } : {})}
    >
      <Icon size={12} strokeWidth={2.25} aria-hidden />
      {compact ? null : <span>{text}</span>}
    </span>
  );
}
