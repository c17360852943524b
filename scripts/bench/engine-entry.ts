/** What the engine benchmark needs of the product, bundled together. */
export { createRuntime } from '../../electron/runtime/runtime';
export { createPure } from '../../electron/runtime/pure/create-pure';
export { openStore } from '../../electron/store/open-store';
export { simulateRun } from '../../electron/runtime/simulated-run';
export { createPlan } from '../../shared/engine/plan';
