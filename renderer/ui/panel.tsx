import type { ReactNode } from 'react';

interface Props {
  readonly title: string;
  /** Buttons at the right end of the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
  /** Level of the heading, 2 unless said. */
  readonly level?: 2 | 3;
}

/** A titled region of a screen. */
export function Panel({ title, actions, children, className, level = 2 }: Props) {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <section className={`panel ${className ?? ''}`} aria-label={title}>
      <div className="panel-head">
        <Heading className="truncate">{title}</Heading>
        {actions ? <div className="row">{actions}</div> : null}
      </div>
      <div className="panel-body">{children}</div>
    </section>
  );
}
