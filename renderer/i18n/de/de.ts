import type { en } from '../en/en';
import { appDe } from './app';
import { batchDe } from './batch';
import { canvasDe } from './canvas';
import { designerDe } from './designer';
import { eventsDe } from './events';
import { failuresDe } from './failures';
import { figuresDe } from './figures';
import { formsDe } from './forms';
import { homeDe } from './home';
import { inboxDe } from './inbox';
import { inspectorDe } from './inspector';
import { lettersDe } from './letters';
import { rehearsalDe } from './rehearsal';
import { runDe } from './run';
import { startDe } from './start';
import { runsDe } from './runs';
import { settingsDe } from './settings';
import { testingDe } from './testing';
import { uiDe } from './ui';
import { versionsDe } from './versions';

/** German. What is missing here is shown in English. */
export const de: Partial<Record<keyof typeof en, string>> = {
  ...appDe,
  ...uiDe,
  ...homeDe,
  ...designerDe,
  ...canvasDe,
  ...inspectorDe,
  ...settingsDe,
  ...versionsDe,
  ...formsDe,
  ...inboxDe,
  ...lettersDe,
  ...rehearsalDe,
  ...runDe,
  ...startDe,
  ...eventsDe,
  ...runsDe,
  ...batchDe,
  ...failuresDe,
  ...figuresDe,
  ...testingDe,
};
