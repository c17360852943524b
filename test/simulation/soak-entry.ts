/** What `npm run soak` needs, bundled together. */
export { createPure } from '../../electron/runtime/pure/create-pure';
export { checkSeed } from './check-seed';
export { corpus } from './corpus';
export { depthsOf, walk } from './crash-walk';
export { governedStorm, naiveStorm, rowOf } from './outage-storm';
export { randomEntry } from './random-entry';
