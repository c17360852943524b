/** Words of the home; keys start with `home.`. */
export const home = {
  'home.title': 'Home',
} as const satisfies Record<string, string>;
