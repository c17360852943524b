/** Words of the run screens; keys start with `run.`. */
export const run = {
  'run.title': 'Run',
} as const satisfies Record<string, string>;
