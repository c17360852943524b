import { Button, Modal } from '@mantine/core';
import { FlaskConical, Inbox, type LucideIcon, PenTool, Play } from 'lucide-react';
import { useState } from 'react';
import { create } from 'zustand';
import { type MessageKey, t } from '../i18n/t';
import { changeSettings } from './settings-store';
import { act } from './toasts';

const useTour = create<{ readonly open: boolean }>()(() => ({ open: false }));

export function openTour(): void {
  useTour.setState({ open: true });
}

interface Stop {
  readonly icon: LucideIcon;
  readonly title: MessageKey;
  readonly text: MessageKey;
}
const STOPS: readonly Stop[] = [
  { icon: PenTool, title: 'app.tour.draw', text: 'app.tour.drawText' },
  { icon: FlaskConical, title: 'app.tour.rehearse', text: 'app.tour.rehearseText' },
  { icon: Play, title: 'app.tour.run', text: 'app.tour.runText' },
  { icon: Inbox, title: 'app.tour.decide', text: 'app.tour.decideText' },
];

/** Four pages about what one does here; opened from the menu or the palette, never by itself. */
export function Tour() {
  const open = useTour((s) => s.open);
  const [at, setAt] = useState(0);
  const stop = STOPS[at];
  const close = () => {
    useTour.setState({ open: false });
    setAt(0);
    act(() => changeSettings({ tourDone: true }));
  };
  if (!stop) return null;
  const Icon = stop.icon;
  const isLast = at === STOPS.length - 1;
  return (
    <Modal
      opened={open}
      onClose={close}
      title={t('app.tour.title', { number: at + 1, count: STOPS.length })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <div className="tour">
        <Icon size={28} strokeWidth={1.5} aria-hidden />
        <h3>{t(stop.title)}</h3>
        <p>{t(stop.text)}</p>
        <div className="row">
          <Button variant="default" disabled={at === 0} onClick={() => setAt(at - 1)}>
            {t('app.tour.back')}
          </Button>
          <Button data-autofocus onClick={() => (isLast ? close() : setAt(at + 1))}>
            {isLast ? t('ui.done') : t('app.tour.next')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
