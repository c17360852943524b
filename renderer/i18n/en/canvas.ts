/** Words of the canvas; keys start with `canvas.`. */
export const canvas = {
  'canvas.title': 'Canvas',
} as const satisfies Record<string, string>;
