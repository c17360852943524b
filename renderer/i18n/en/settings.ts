/** Words of the settings; keys start with `settings.`. */
export const settings = {
  'settings.title': 'Settings',
} as const satisfies Record<string, string>;
