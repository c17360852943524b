import { Tooltip, UnstyledButton } from '@mantine/core';
import {
  FlaskConical,
  House,
  Inbox,
  type LucideIcon,
  PenTool,
  Rows3,
  Settings,
  TriangleAlert,
} from 'lucide-react';
import { t } from '../i18n/t';
import { useInboxCount } from './inbox-count';
import { navigate, type Route, type ScreenName, useRouter } from './router';

interface Place {
  readonly to: Route;
  readonly icon: LucideIcon;
  readonly label: string;
  /** Other screens that belong to this place. */
  readonly also?: readonly ScreenName[];
  readonly count?: number;
}

function RailButton({ place }: { readonly place: Place }) {
  const screen = useRouter((s) => s.route.screen);
  const here = screen === place.to.screen || (place.also?.includes(screen) ?? false);
  const Icon = place.icon;
  return (
    <Tooltip label={place.label} position="right">
      <UnstyledButton
        className="rail-button"
        aria-label={place.label}
        aria-current={here ? 'page' : undefined}
        onClick={() => navigate(place.to)}
      >
        <Icon size={20} strokeWidth={1.75} aria-hidden />
        {place.count ? (
          <span className="rail-count num" aria-hidden>
            {place.count > 99 ? '99+' : place.count}
          </span>
        ) : null}
      </UnstyledButton>
    </Tooltip>
  );
}

export function Rail() {
  const open = useInboxCount((s) => s.open);
  const top: Place[] = [
    { to: { screen: 'home' }, icon: House, label: t('app.nav.home') },
    { to: { screen: 'designer' }, icon: PenTool, label: t('app.nav.designer') },
    { to: { screen: 'runs' }, icon: Rows3, label: t('app.nav.runs'), also: ['run', 'run-start', 'batch'] },
    {
      to: { screen: 'inbox' },
      icon: Inbox,
      label: open ? t('app.nav.inbox.count', { count: open }) : t('app.nav.inbox'),
      count: open,
    },
    { to: { screen: 'rehearsal' }, icon: FlaskConical, label: t('app.nav.rehearsal') },
    { to: { screen: 'dead-letters' }, icon: TriangleAlert, label: t('app.nav.deadLetters') },
  ];
  return (
    <nav className="rail" aria-label={t('app.nav')}>
      {top.map((place) => (
        <RailButton key={place.to.screen} place={place} />
      ))}
      <span className="rail-gap" />
      <RailButton place={{ to: { screen: 'settings' }, icon: Settings, label: t('app.nav.settings') }} />
    </nav>
  );
}
