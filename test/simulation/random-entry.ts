/** Random flows as crash points: what time decides in them may end another way, nothing else may. */
import type { Entry } from './crash-walk';
import { FlowMaker } from './random-flow';

export function randomEntry(seed: number): Entry {
  const flow = new FlowMaker(seed).make();
  const models = {
    main: { provider: 'test' as const, model: 'one', fallback: ['spare'] },
    spare: { provider: 'test' as const, model: 'two' },
  };
  return { name: `seed${seed}`, flow: { ...flow, models }, exact: false };
}
