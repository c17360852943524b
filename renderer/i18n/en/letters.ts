/** Words of the dead letters; keys start with `letters.`. */
export const letters = {
  'letters.title': 'Dead letters',
  'letters.show': 'Which dead letters',
  'letters.open': 'Open',
  'letters.all': 'All',
  'letters.closed': 'closed',
  'letters.failed': 'The dead letters could not be read',
  'letters.empty.title': 'No step has given up',
  'letters.empty.body':
    'When a step fails for good and no fallback path takes the failure, it is kept here with all it knew, so that you can mend the cause and run it again without paying for what had succeeded.',
  'letters.of': 'Dead letter of {name}',
  'letters.known': 'What is known',
  'letters.attempts': 'It gave up after {count} {count|attempt|attempts}.',
  'letters.state': 'Shared state before the step, which you may mend',
  'letters.rerun': 'Run again from here',
  'letters.rerunChanged': 'Run again with the changed state',
  'letters.dismiss': 'Dismiss',
  'letters.closedBy': 'Closed by {by}.',
} as const satisfies Record<string, string>;
