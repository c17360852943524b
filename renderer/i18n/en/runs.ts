/** Words of the runs screens; keys start with `runs.`. */
export const runs = {
  'runs.title': 'Runs',
} as const satisfies Record<string, string>;
