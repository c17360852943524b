/** The whole window over recorded runs, to be looked at in any browser: `#run/r-waiting`, `#inbox`, `?theme=dark`. */
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import '../../renderer/theme/tokens.css';
import '../../renderer/theme/base.css';
import '../../renderer/ui/ui.css';
import '../../renderer/ui/narrow.css';
import { createRoot } from 'react-dom/client';
import { App } from '../../renderer/app/app';
import { navigate, type Route } from '../../renderer/app/router';
import { loadInfo, loadSettings } from '../../renderer/app/settings-store';
import { setBridge } from '../../renderer/bridge/bridge';
import type { Settings } from '../../shared/ipc/contract';
import { FLOW_PATH, RunLibrary, SETTINGS } from '../fakes/run-library';
import {
  completedHistory,
  failedHistory,
  fallbackHistory,
  longHistory,
  waitingHistory,
} from '../fakes/triage-history';

const query = new URLSearchParams(location.search);
const start = Date.now() - 25 * 60_000;
const waiting = waitingHistory('r-live', Date.now() - 3_000);
const library = new RunLibrary([
  waitingHistory('r-waiting', start),
  completedHistory('r-completed', start - 3 * 3_600_000),
  fallbackHistory('r-fallback', start - 7 * 3_600_000),
  failedHistory('r-failed', start - 30 * 3_600_000),
  waiting.slice(0, Number(query.get('events') ?? 4)),
  ...(query.has('long') ? [longHistory('r-long', start, Number(query.get('long')))] : []),
]);
const settings: Settings = {
  ...SETTINGS,
  theme: (query.get('theme') ?? 'light') as Settings['theme'],
  language: (query.get('language') ?? 'en') as Settings['language'],
};
library.bridge.answer('settings.get', () => settings);
setBridge(library.bridge);
Object.assign(window, { library, waiting, navigate });

function routeOf(hash: string): Route {
  const [screen = 'home', id] = hash.replace(/^#/, '').split('/');
  if (screen === 'run') return { screen, runId: id ?? 'r-waiting' };
  if (screen === 'run-start') return { screen, path: FLOW_PATH };
  if (
    screen === 'inbox' ||
    screen === 'runs' ||
    screen === 'rehearsal' ||
    screen === 'dead-letters' ||
    screen === 'designer'
  )
    return { screen };
  return { screen: 'home' };
}

const root = document.getElementById('root');
if (root) {
  await loadSettings();
  await loadInfo();
  navigate(routeOf(location.hash));
  createRoot(root).render(<App />);
}
