import { Loader } from '@mantine/core';
import { createElement, Suspense, useState } from 'react';
import { t } from '../i18n/t';
import { DropZone } from '../home/drop-zone';
import { useLibraryCommands } from '../home/library';
import { useCommands } from './commands';
import { ErrorBoundary } from './error-boundary';
import { Palette } from './palette';
import { Rail } from './rail';
import { navigate, useRoute } from './router';
import { screenOf } from './screens';
import { useSettings } from './settings-store';
import { shellCommands } from './shell-commands';
import { ShortcutSheet } from './shortcut-sheet';
import { TopBarSlot } from './top-bar';
import { Tour, TourOffer } from './tour';
import './shell.css';

/** Rail, top bar and the screen of the route. */
export function Shell() {
  const route = useRoute();
  const readOnly = useSettings((s) => s.info?.readOnly);
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const [commands] = useState(shellCommands);
  useCommands(commands);
  useLibraryCommands();
  return (
    <DropZone>
      <a className="skip" href="#content">
        {t('app.skip')}
      </a>
      <Rail />
      <div className="shell-body">
        {readOnly ? (
          <p className="read-only" role="status">
            {t('app.readOnly', { reason: readOnly })}
          </p>
        ) : null}
        <header className="top-bar" aria-label={t('app.topBar')} ref={setSlot} />
        <TourOffer />
        <main className="shell-main" id="content" tabIndex={-1} aria-label={t('app.content')}>
          <TopBarSlot.Provider value={slot}>
            <ErrorBoundary resetKey={route.screen} onHome={() => navigate({ screen: 'home' })}>
              <Suspense fallback={<Loading />}>{createElement(screenOf(route.screen))}</Suspense>
            </ErrorBoundary>
          </TopBarSlot.Provider>
        </main>
      </div>
      <Palette />
      <ShortcutSheet />
      <Tour />
    </DropZone>
  );
}

function Loading() {
  return (
    <div className="centered" role="status">
      <Loader size="sm" />
      <span className="sr-only">{t('app.loading')}</span>
    </div>
  );
}
