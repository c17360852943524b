/** Words of the rehearsal screens; keys start with `rehearsal.`. */
export const rehearsal = {
  'rehearsal.title': 'Rehearsal',
} as const satisfies Record<string, string>;
