/** What the tour shows: an offer on the first start, then a card beside what happens. */
import { Button } from '@mantine/core';
import { Check, Eye, Hand, type LucideIcon, PenTool, Play } from 'lucide-react';
import { type MessageKey, t } from '../i18n/t';
import { navigate, useRouter } from './router';
import { useSettings } from './settings-store';
import { leaveTour, runTour, STAGES, startTour, type TourStage, useTour } from './tour-store';

export function openTour(): void {
  startTour();
}

/** On the home screen, until the tour was taken or refused once. */
export function TourOffer() {
  const isHome = useRouter((s) => s.route.screen === 'home');
  const done = useSettings((s) => s.settings.tourDone);
  const isBusy = useTour((s) => s.isBusy);
  const stage = useTour((s) => s.stage);
  if (!isHome || done || stage !== undefined) return null;
  return (
    <section className="tour-offer" aria-label={t('app.tour.offer.label')}>
      <p className="grow">{t('app.tour.offer')}</p>
      <Button size="compact-sm" loading={isBusy} onClick={startTour}>
        {t('app.tour.open')}
      </Button>
      <Button size="compact-sm" variant="subtle" onClick={leaveTour}>
        {t('app.tour.refuse')}
      </Button>
    </section>
  );
}

interface Words {
  readonly icon: LucideIcon;
  readonly title: MessageKey;
  readonly text: MessageKey;
}
const WORDS: Readonly<Record<TourStage, Words>> = {
  drawing: { icon: PenTool, title: 'app.tour.draw', text: 'app.tour.drawText' },
  watching: { icon: Eye, title: 'app.tour.watch', text: 'app.tour.watchText' },
  deciding: { icon: Hand, title: 'app.tour.decide', text: 'app.tour.decideText' },
  result: { icon: Check, title: 'app.tour.result', text: 'app.tour.resultText' },
};

/** Stands beside what it speaks of and never in its way; says each stage to those who hear the page. */
export function Tour() {
  const stage = useTour((s) => s.stage);
  const ended = useTour((s) => s.ended);
  if (stage === undefined) return null;
  const { icon: Icon, title, text } = WORDS[stage];
  return (
    <aside className="tour-card" aria-label={t('app.tour.label')}>
      <p className="meta num">
        {t('app.tour.title', { number: STAGES.indexOf(stage) + 1, count: STAGES.length })}
      </p>
      <div aria-live="polite">
        <h2>
          <Icon size={18} aria-hidden /> {t(title)}
        </h2>
        <p>{ended === undefined || ended === 'completed' ? t(text) : t('app.tour.otherEnd')}</p>
      </div>
      <TourButtons stage={stage} />
    </aside>
  );
}

function TourButtons({ stage }: { readonly stage: TourStage }) {
  const isBusy = useTour((s) => s.isBusy);
  const runId = useTour((s) => s.runId);
  const isThere = useRouter((s) => s.route.screen === 'run' && s.route.runId === runId);
  const back = runId === undefined || isThere ? undefined : runId;
  return (
    <div className="row">
      {stage === 'drawing' ? (
        <Button loading={isBusy} leftSection={<Play size={14} aria-hidden />} onClick={runTour}>
          {t('app.tour.runNow')}
        </Button>
      ) : null}
      {back === undefined ? null : (
        <Button variant="default" onClick={() => navigate({ screen: 'run', runId: back })}>
          {t('app.tour.toRun')}
        </Button>
      )}
      {stage === 'result' ? (
        <>
          <Button onClick={leaveTour}>{t('ui.done')}</Button>
          <Button variant="subtle" onClick={startTour}>
            {t('app.tour.again')}
          </Button>
        </>
      ) : (
        <Button variant="subtle" onClick={leaveTour}>
          {t('app.tour.skip')}
        </Button>
      )}
    </div>
  );
}
