import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface Props {
  readonly icon?: LucideIcon;
  readonly title: string;
  /** What will be here. */
  readonly children?: ReactNode;
  /** The one thing to do now. */
  readonly action?: ReactNode;
}

/** Teaches instead of showing nothing. */
export function EmptyState({ icon: Icon, title, children, action }: Props) {
  return (
    <div className="empty">
      {Icon ? <Icon size={28} strokeWidth={1.5} aria-hidden /> : null}
      <h2>{title}</h2>
      {children ? <p>{children}</p> : null}
      {action ? <div className="row">{action}</div> : null}
    </div>
  );
}
