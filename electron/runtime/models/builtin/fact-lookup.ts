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
  const sorts = sortsIn(field.nameStems);
  // "Invoice date" is no invoice number
  if (sorts.length > 0 && sortsIn(stems).length > 0 && !sorts.some((stem) => stems.includes(stem))) return 0;
  // "Net amount" answers "net"; "Amount" alone still answers "amount"
  const wanted = telling(field.nameStems);
  const given = telling(stems);
  const shared = wanted.filter((stem) => given.includes(stem)).length;
  if (shared === 0) return 0;
  // "order total" answers "total" only where nothing is nearer; a shared word of three does not
  return shared / new Set([...wanted, ...given]).size;
}

/** Words that say of what sort a value is, not which. */
const SORTS: ReadonlySet<string> = new Set(['amount', 'number', 'no', 'date', 'name', 'valu']);

function sortsIn(stems: readonly string[]): readonly string[] {
  return stems.filter((stem) => SORTS.has(stem));
}

function telling(stems: readonly string[]): readonly string[] {
  const own = stems.filter((stem) => !SORTS.has(stem));
  return own.length > 0 ? own : stems;
}

function flat(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}
