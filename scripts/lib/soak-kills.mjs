/** `npm run soak -- --kills 500`: real processes killed at random moments, as often as wanted. */

/** Five interruptions of one step are a crash loop and fail it, so a run is killed less often than that. */
const KILLS = 4;

/** Returns how many trials failed. */
export async function soakKills({ KillTrials, SHAPES }, wanted, from) {
  const trials = await KillTrials.open();
  let kills = 0;
  let failed = 0;
  let done = 0;
  try {
    for (let trial = from; kills < wanted; trial++) {
      for (const shape of SHAPES) {
        if (kills >= wanted) break;
        const report = await trials.trial(shape, trial, KILLS);
        kills += report.kills;
        done++;
        if (report.failures.length === 0) continue;
        failed++;
        console.log(
          `${shape}, trial ${trial} failed: ${report.failures.join('; ')}\n  again with: npm run soak -- --kills 1 --from ${trial}`,
        );
      }
      console.log(`${kills} kills in ${done} runs, ${failed} failed`);
    }
  } finally {
    await trials.close();
  }
  console.log(`${done - failed} passed, ${failed} failed`);
  return failed;
}
