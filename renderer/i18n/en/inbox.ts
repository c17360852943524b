/** Words of the inbox screens; keys start with `inbox.`. */
export const inbox = {
  'inbox.title': 'Inbox',
} as const satisfies Record<string, string>;
