import { app } from './app';
import { batch } from './batch';
import { canvas } from './canvas';
import { designer } from './designer';
import { events } from './events';
import { failures } from './failures';
import { figures } from './figures';
import { forms } from './forms';
import { home } from './home';
import { inbox } from './inbox';
import { inspector } from './inspector';
import { letters } from './letters';
import { rehearsal } from './rehearsal';
import { run } from './run';
import { runs } from './runs';
import { start } from './start';
import { settings } from './settings';
import { testing } from './testing';
import { ui } from './ui';
import { versions } from './versions';

/** Every message of the window in English. Each screen keeps its words in a file of its own, keys start with its name. */
export const en = {
  ...app,
  ...ui,
  ...home,
  ...designer,
  ...canvas,
  ...inspector,
  ...settings,
  ...run,
  ...start,
  ...events,
  ...runs,
  ...batch,
  ...failures,
  ...figures,
  ...inbox,
  ...rehearsal,
  ...forms,
  ...letters,
  ...versions,
  ...testing,
};
