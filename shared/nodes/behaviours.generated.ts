// Made by `npm run gen` from the folders beside this file. Do not edit.
import { behaviour as agent } from './agent/behaviour';
import { behaviour as branch } from './branch/behaviour';
import { behaviour as chat } from './chat/behaviour';
import { behaviour as code } from './code/behaviour';
import { behaviour as end } from './end/behaviour';
import { behaviour as human } from './human/behaviour';
import { behaviour as join } from './join/behaviour';
import { behaviour as loop } from './loop/behaviour';
import { behaviour as map } from './map/behaviour';
import { behaviour as parallel } from './parallel/behaviour';
import { behaviour as planner } from './planner/behaviour';
import { behaviour as start } from './start/behaviour';
import { behaviour as subflow } from './subflow/behaviour';
import { behaviour as supervisor } from './supervisor/behaviour';
import { behaviour as tool } from './tool/behaviour';
import { behaviour as transform } from './transform/behaviour';
import { behaviour as wait } from './wait/behaviour';

export const behaviours = {
  start,
  end,
  agent,
  tool,
  human,
  branch,
  parallel,
  join,
  map,
  loop,
  subflow,
  transform,
  code,
  wait,
  supervisor,
  planner,
  chat,
} as const;
