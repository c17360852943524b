import type { en } from '../en/en';
import { appDe } from './app';
import { batchDe } from './batch';
import { formsDe } from './forms';
import { inboxDe } from './inbox';
import { lettersDe } from './letters';
import { rehearsalDe } from './rehearsal';
import { runDe } from './run';
import { runsDe } from './runs';
import { uiDe } from './ui';

/** German. What is missing here is shown in English. */
export const de: Partial<Record<keyof typeof en, string>> = {
  ...appDe,
  ...uiDe,
  ...formsDe,
  ...inboxDe,
  ...lettersDe,
  ...rehearsalDe,
  ...runDe,
  ...runsDe,
  ...batchDe,
};
