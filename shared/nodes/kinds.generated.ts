// Made by `npm run gen` from the folders beside this file. Do not edit.
import type { NodeKind } from '../spec/nodes';
import type { NodeKindDefinition } from './define';
import { agent } from './agent/index';
import { branch } from './branch/index';
import { chat } from './chat/index';
import { code } from './code/index';
import { end } from './end/index';
import { human } from './human/index';
import { join } from './join/index';
import { loop } from './loop/index';
import { map } from './map/index';
import { parallel } from './parallel/index';
import { planner } from './planner/index';
import { start } from './start/index';
import { subflow } from './subflow/index';
import { supervisor } from './supervisor/index';
import { tool } from './tool/index';
import { transform } from './transform/index';
import { wait } from './wait/index';

export const nodeKinds: { readonly [K in NodeKind]: NodeKindDefinition<K> } = {
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
};
