/** The form of a tool: what all tools have, and what each kind adds. */
import type { InspectorField } from '../../shared/nodes/fields';
import type { Tool } from '../../shared/spec/parts';

const toolCommon: readonly InspectorField[] = [
  {
    control: 'text',
    path: 'description',
    label: 'What it does',
    required: true,
    help: 'Models choose the tool by this sentence.',
  },
  {
    control: 'select',
    path: 'effect',
    label: 'Effect',
    required: true,
    options: [
      { value: 'read', label: 'Only reads', help: 'Retried freely.' },
      { value: 'idempotent', label: 'May repeat safely', help: 'Doing it twice is the same as once.' },
      {
        value: 'once',
        label: 'Must happen once',
        help: 'Never repeated by itself; when in doubt a person is asked.',
      },
    ],
  },
  {
    control: 'select',
    path: 'approval',
    label: 'Ask before it is called',
    fallback: 'never',
    options: [
      { value: 'never', label: 'Never' },
      { value: 'first', label: 'The first time in a run' },
      { value: 'always', label: 'Every time' },
    ],
  },
];

const toolTail: readonly InspectorField[] = [
  { control: 'schema', path: 'input', section: 'data', label: 'Arguments' },
  { control: 'schema', path: 'output', section: 'data', label: 'Shape of its result' },
  { control: 'policy', path: 'policy', section: 'failure', label: 'Policy', withRetry: true },
  {
    control: 'text',
    path: 'keyArgument',
    section: 'more',
    label: 'Argument for the idempotency key',
    help: 'When the service cannot take it as a header.',
  },
];

const toolOwn: Readonly<Record<Tool['kind'], readonly InspectorField[]>> = {
  http: [
    {
      control: 'select',
      path: 'method',
      label: 'Method',
      required: true,
      options: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((value) => ({
        value,
        label: value,
      })),
    },
    {
      control: 'template',
      path: 'url',
      label: 'Address',
      required: true,
      placeholder: 'https://api.example.com/orders/{{ args.id }}',
    },
    {
      control: 'list',
      path: 'allowHosts',
      label: 'Allowed hosts',
      required: true,
      placeholder: 'api.example.com',
    },
    {
      control: 'text',
      path: 'secret',
      label: 'Secret',
      placeholder: 'API_KEY',
      help: 'The name of a secret of this machine; sent as a bearer token.',
    },
    { control: 'mapping', path: 'query', section: 'data', label: 'Query' },
    { control: 'mapping', path: 'headers', section: 'data', label: 'Headers' },
    { control: 'mapping', path: 'body', section: 'data', label: 'Body' },
  ],
  mcp: [
    {
      control: 'ref',
      to: 'server',
      path: 'server',
      label: 'Server',
      required: true,
      help: 'One of the MCP servers of this flow.',
    },
    { control: 'text', path: 'name', label: 'Tool of the server', required: true },
  ],
  sql: [
    { control: 'text', path: 'file', label: 'SQLite file', required: true },
    {
      control: 'textarea',
      path: 'statement',
      label: 'Statement',
      required: true,
      placeholder: 'select * from orders where id = :id',
    },
    { control: 'toggle', path: 'write', label: 'May write', help: 'Otherwise the file is opened read-only.' },
  ],
  file: [
    { control: 'text', path: 'folder', label: 'Folder', required: true },
    {
      control: 'select',
      path: 'do',
      label: 'Action',
      required: true,
      options: [
        { value: 'read', label: 'Read a file' },
        { value: 'list', label: 'List the folder' },
        { value: 'write', label: 'Write a file' },
      ],
    },
  ],
  code: [
    {
      control: 'code',
      path: 'source',
      label: 'JavaScript',
      required: true,
      help: 'The body of a function of “args”.',
    },
  ],
  builtin: [{ control: 'builtin', path: 'name', label: 'Built-in tool', required: true }],
};

export function toolFields(kind: Tool['kind']): readonly InspectorField[] {
  return [...toolCommon, ...toolOwn[kind], ...toolTail];
}

/** The same tool as another kind: what all tools have stays. */
export function toolAs(kind: Tool['kind'], before: Tool): Tool {
  const { description, input, output, effect, approval, policy, keyArgument, extensions } = before;
  const common = { description, input, output, effect, approval, policy, keyArgument, extensions };
  const kept = Object.fromEntries(Object.entries(common).filter(([, value]) => value !== undefined));
  const own: Record<Tool['kind'], object> = {
    http: { method: 'GET', url: 'https://', allowHosts: [] },
    mcp: { server: 'server', name: 'tool' },
    sql: { file: 'data.db', statement: 'select 1' },
    file: { folder: '.', do: 'read' },
    code: { source: 'return args;' },
    builtin: { name: 'echo' },
  };
  return { ...kept, kind, ...own[kind] } as unknown as Tool; // the common part and what the kind requires
}
