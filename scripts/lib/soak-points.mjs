/**
 * `npm run soak -- --points 500000`: crash points of the corpus to the third crash in a row, of all forks and moves, then
 * of random flows until there are as many as wanted. `--point "<name>"` tries one again.
 */

/** Returns how many points failed. */
export async function soakPoints({ createPure, corpus, walk, randomEntry }, wanted, from) {
  const pure = createPure();
  const deep = { crashes: 3, every: 1 };
  const wide = { crashes: 1, every: 1 };
  let points = 0;
  let failed = 0;
  const said = { at: 0 };
  for (const [entry, depths] of entries()) {
    for await (const { name, faults } of walk(pure, entry, depths)) {
      points++;
      if (faults.length > 0) {
        failed++;
        console.log(`${name} failed: ${faults.join('; ')}\n  again with: npm run soak -- --point "${name}"`);
      }
      if (points >= said.at + 10_000) {
        said.at = points;
        console.log(`${points} crash points, ${failed} failed (${entry.name})`);
      }
      if (points >= wanted) break;
    }
    if (points >= wanted) break;
  }
  console.log(`${points} crash points: ${points - failed} passed, ${failed} failed`);
  return failed;

  function* entries() {
    for (const entry of corpus()) yield [entry, { run: deep, fork: wide, move: wide }];
    for (let seed = from; ; seed++)
      yield [
        randomEntry(seed),
        { run: wide, fork: { crashes: 1, every: 16 }, move: { crashes: 1, every: 16 } },
      ];
  }
}

/** Tries one point again; returns how many failed. */
export async function soakPoint({ createPure, corpus, walk, randomEntry, depthsOf }, point) {
  const [name = ''] = point.split(' ');
  const seed = /^seed(\d+)$/.exec(name)?.[1];
  const entry = seed === undefined ? corpus().find((one) => one.name === name) : randomEntry(Number(seed));
  if (!entry) {
    console.error(`There is no flow "${name}" in the corpus.`);
    return 1;
  }
  let found = 0;
  let failed = 0;
  for await (const { faults } of walk(createPure(), entry, depthsOf(point), point)) {
    found++;
    failed += faults.length > 0 ? 1 : 0;
    console.log(faults.length > 0 ? `${point} failed: ${faults.join('; ')}` : `${point} passed`);
  }
  if (found === 0) console.error(`"${point}" is no crash point of ${name}.`);
  return found === 0 ? 1 : failed;
}
