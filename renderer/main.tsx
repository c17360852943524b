import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import './theme/tokens.css';
import './theme/base.css';
import './ui/ui.css';
import './ui/narrow.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import { useRouter } from './app/router';
import { loadAhead, loadScreen } from './app/screens';
import { loadInfo, loadSettings } from './app/settings-store';
import { toastError } from './app/toasts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

// The settings come first so that the window never flashes in the wrong theme or language; the first screen comes whole.
const [settings] = await Promise.allSettled([loadSettings(), loadScreen(useRouter.getState().route.screen)]);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
loadInfo().catch(toastError);
if (settings.status === 'rejected') toastError(settings.reason);

const SETTLED_MS = 1_000;
setTimeout(() => requestIdleCallback(() => void loadAhead().catch(toastError)), SETTLED_MS);
