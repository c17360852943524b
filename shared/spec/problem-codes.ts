/** What every problem code means, for the problems panel and the documentation. */

export interface ProblemCode {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly title: string;
  /** Why it matters and what to do. */
  readonly explanation: string;
}

type Row = readonly [code: string, title: string, explanation: string];

const SHAPE: readonly Row[] = [
  [
    'E101',
    'Not JSON',
    'The file is not a JSON text in UTF-8. The message names the line and column where it stops being one.',
  ],
  [
    'E102',
    'Unknown key',
    'A key the format does not know. Mistyped keys would be silently ignored, so they are refused; own data goes under "extensions".',
  ],
  [
    'E103',
    'Unknown kind',
    'A node or tool of a kind this version does not know. It is kept when the file is saved, but it is never run.',
  ],
  [
    'E104',
    'Wrong type or value',
    'A value is not of the type the format asks for, or not one of the allowed values.',
  ],
  ['E105', 'Missing', 'A required key is not there. The pointer names the key that should be.'],
  [
    'E106',
    'Bad name',
    'Names of nodes, ports, tools, agents and fields start with a letter, have at most 64 letters, digits or _, and are no reserved word. Expressions refer to them, so a hyphen would be read as a subtraction.',
  ],
  [
    'E107',
    'Too large or too deep',
    'The limits are 5 MiB, 5,000 nodes, 8 bodies and subflow calls inside each other, and 128 brackets inside each other.',
  ],
  [
    'E108',
    'Older or newer format',
    'The document is written in a format this version cannot read. Newer formats are left untouched: open the file with a newer version.',
  ],
];

const GRAPH: readonly Row[] = [
  ['E201', 'Start', 'Every graph has exactly one start, and nothing leads into it.'],
  ['E202', 'End', 'Every graph has at least one end, and nothing leads out of an end.'],
  ['E203', 'Never reached', 'No way leads from the start to this node, so it would never run.'],
  ['E204', 'No way to an end', 'From this node no way leads to an end, so the flow could not finish.'],
  [
    'E205',
    'Unknown node or port',
    'An edge names a node that is not in its graph, or a port its node does not have.',
  ],
  [
    'E206',
    'Port not connected',
    'A way the step can take leads nowhere. Optional ports may stay open: then the step fails when it would leave by them.',
  ],
  [
    'E207',
    'Circle without a bound',
    'Every circle has an edge with "maxTraversals", so that no run can go round for ever.',
  ],
  [
    'E208',
    'Parallel and join',
    'All branches of a parallel end in the same single join, and a join waits only for branches of one parallel. So no join ever waits for a branch that was never started.',
  ],
  [
    'E209',
    'Order of conditions',
    'Among the edges of one port the first whose condition is true is taken: the last one has no condition, and only the last one.',
  ],
  [
    'E210',
    'Flow calls itself',
    'A subflow may not call itself, directly or through others. Use a loop with a bound.',
  ],
  [
    'E211',
    'Twice the same',
    'Node ids are unique in the whole document, edges differ in source, port or target, and ports and handoffs of a node have different names.',
  ],
  [
    'E212',
    'Cannot be switched off',
    'A disabled node is passed by its "next", "approved" or "else"; a node without one of them connected cannot be disabled.',
  ],
];

const CONTRACT: readonly Row[] = [
  [
    'E301',
    'Unknown name',
    'An agent, tool, model, policy, server, subflow, context field or step is named that is declared nowhere.',
  ],
  [
    'E302',
    'Schema cannot be used',
    'A JSON Schema has an unknown reference or keyword use, or an initial value does not fit it.',
  ],
  [
    'E303',
    'Read outside the scope',
    'An expression reads something that does not exist where it stands, or a context field its node does not list under "reads".',
  ],
  [
    'E304',
    'Write outside the scope',
    'A context field is written where nothing can read it any more: by an end that fails the flow or the item.',
  ],
  [
    'E305',
    'Expression, template or pattern',
    'An expression cannot be read, a hole in a text is damaged, or a regular expression is one the linear engine cannot run.',
  ],
  [
    'E306',
    'Step not before',
    'An expression reads the result of a step that can never have run before, or that is hidden inside a body or subflow.',
  ],
  [
    'E307',
    'Handoff does not fit',
    'What an edge hands over lacks what its receiver or its own schema requires, or is of another type.',
  ],
  [
    'E308',
    'Parallel writers',
    'Two branches or items write one "replace" field, so the result would depend on timing. Use a merge rule that combines values.',
  ],
  [
    'E309',
    'Currencies',
    'Budgets and prices of one flow are in one currency: amounts in different ones cannot be added up.',
  ],
  ['E310', 'Not allowed here', 'A field exists in the format, but not on this kind, mode, port or provider.'],
  [
    'E311',
    'Host of an address',
    'The host of an address is written out, is not filled in by a hole, and is listed in the tool\'s "allowHosts".',
  ],
];

const READINESS: readonly Row[] = [
  [
    'W401',
    'No way after a failure',
    'When this step fails, the whole flow fails: no "fallback" edge and no escalation takes it.',
  ],
  ['W402', 'No budget', 'Nothing bounds what the models of this flow may use.'],
  [
    'W403',
    'Unguarded effect',
    'A tool whose effect must happen only once is called without asking anybody and without a way to undo it.',
  ],
  ['W404', 'Confidence not looked at', 'The agent tells how confident it is, but no gate has a bar for it.'],
  ['W405', 'No deadline', 'The flow waits for a person for as long as it takes.'],
  ['W406', 'Not used', 'Something is declared that nothing in the flow uses.'],
  [
    'W421',
    'Test names no node',
    'The rehearsal or a test names a node that does not exist, so that part of it has no effect.',
  ],
  [
    'W424',
    'Argument missing',
    'A tool requires an argument that the step does not give; the call would be refused.',
  ],
  [
    'W425',
    'Handoff may lack a value',
    'The receiver requires a value the handoff only allows; a run without it fails at this edge.',
  ],
  [
    'W431',
    'Truth of a step',
    'An output that is empty, zero or false counts as false, so this does not tell whether the step ran. Write $exists(steps.<id>).',
  ],
  [
    'W441',
    'Looks like a credential',
    'Flows are shared, compared and exported. Credentials are referred to by name and kept in the keychain or the environment.',
  ],
  [
    'W451',
    'Writers may clash',
    'Two branches or items may write one "replace" field; a run in which both do fails with a conflict.',
  ],
];

function rows(list: readonly Row[], severity: ProblemCode['severity']): [string, ProblemCode][] {
  return list.map(([code, title, explanation]) => [code, { code, severity, title, explanation }]);
}

/** All codes in order. */
export const PROBLEM_CODES: ReadonlyMap<string, ProblemCode> = new Map([
  ...rows([...SHAPE, ...GRAPH, ...CONTRACT], 'error'),
  ...rows(READINESS, 'warning'),
]);
