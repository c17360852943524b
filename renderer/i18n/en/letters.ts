/** Words of the dead letters; keys start with `letters.`. */
export const letters = {
  'letters.title': 'Dead letters',
} as const satisfies Record<string, string>;
