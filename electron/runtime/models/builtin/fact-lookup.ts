/** Finds what the material states outright under a field's own name. */
import type { Json } from '../../../../shared/base/json';
import type { Field } from './field';
import type { Material } from './material';

/** The value of the fact whose name is nearest to the field's, if it is near enough. */
export function factFor(field: Field, material: Material): Json | undefined {
  let best: Json | undefined;
  let most = 0.5;
  for (const fact of material.facts) {
    const score = nearness(field, fact.key, fact.stems);
    // the last of equal facts wins nothing: the first statement stands
    if (score > most) [best, most] = [fact.value, score];
  }
  return best;
}

function nearness(field: Field, key: string, stems: readonly string[]): number {
  if (flat(key) === flat(field.name)) return 3;
  if (stems.length === 0 || field.nameStems.length === 0) return 0;
  const shared = field.nameStems.filter((stem) => stems.includes(stem)).length;
  if (shared === 0) return 0;
  const all = new Set([...field.nameStems, ...stems]).size;
  // "order total" answers "total"; a shared word of three does not
  return shared / all;
}

function flat(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}
