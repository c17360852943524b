import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { t } from '../i18n/t';

/** Sections stay as the person left them while the app is open. */
const remembered = new Map<string, boolean>();

interface Props {
  readonly id: string;
  readonly title: string;
  /** What is set inside, shown while it is folded. */
  readonly summary?: string;
  readonly issues?: number;
  readonly open?: boolean;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ id, title, summary, issues = 0, open: startOpen = false, aside, children }: Props) {
  const [open, setOpen] = useState(() => remembered.get(id) ?? startOpen);
  const toggle = () => {
    remembered.set(id, !open);
    setOpen(!open);
  };
  return (
    <section className="section" aria-label={title}>
      <div className="section-head">
        <button type="button" className="section-toggle" aria-expanded={open} onClick={toggle}>
          <ChevronRight size={14} aria-hidden className={open ? 'turned' : ''} />
          <span className="section-title">{title}</span>
          {!open && summary ? <span className="section-summary truncate">{summary}</span> : null}
          {issues > 0 ? (
            <span
              className="card-problem tint-red num"
              title={t('canvas.problems.errors', { count: issues })}
            >
              !{issues}
            </span>
          ) : null}
        </button>
        {aside}
      </div>
      {open ? <div className="section-body">{children}</div> : null}
    </section>
  );
}
