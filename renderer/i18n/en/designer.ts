/** Words of the designer; keys start with `designer.`. */
export const designer = {
  'designer.title': 'Designer',
} as const satisfies Record<string, string>;
