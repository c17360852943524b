/** The forms of the named parts of a flow, and what a new one holds. */
import { mergeRules, providers } from './part-options';
import type { InspectorField } from '../../shared/nodes/fields';
import type { Flow } from '../../shared/spec/flow';
import type { Tool } from '../../shared/spec/parts';
import { firstModel } from '../../shared/nodes/words';
import { policyWords } from './recovery';
import type { PartSectionWithEditor } from './open-part';
import { t } from '../i18n/t';
import { toolFields } from './tool-fields';
import { typeWords } from './scope';
import type { Json } from '../../shared/base/json';

export const agentFields: readonly InspectorField[] = [
  { control: 'text', path: 'role', label: 'Role', required: true, placeholder: 'Classifies a ticket' },
  {
    control: 'template',
    path: 'instructions',
    label: 'Instructions',
    placeholder: 'How it should work, with {{ input.field }} where needed',
  },
  { control: 'ref', to: 'model', path: 'model', label: 'Model', required: true },
  { control: 'ref', to: 'tool', many: true, path: 'tools', label: 'Tools it may call' },
  {
    control: 'schema',
    path: 'output',
    section: 'result',
    label: 'Shape of its result',
    help: 'Without a shape the result is plain text.',
  },
  { control: 'list', path: 'does', section: 'data', label: 'Does', placeholder: 'classify' },
  {
    control: 'list',
    path: 'doesNot',
    section: 'data',
    label: 'Does not',
    placeholder: 'answer the customer',
  },
  {
    control: 'list',
    path: 'capabilities',
    section: 'data',
    label: 'Capabilities',
    help: 'A supervisor can choose workers by these.',
  },
  {
    control: 'gate',
    path: 'gate',
    section: 'failure',
    label: 'Quality gate',
    help: 'Holds wherever this agent is used.',
  },
  { control: 'policy', path: 'policy', section: 'failure', label: 'Policy', withRetry: true },
  {
    control: 'number',
    path: 'maxTurns',
    section: 'limits',
    label: 'At most',
    min: 1,
    step: 1,
    unit: 'turns',
    fallback: 10,
  },
  {
    control: 'duration',
    path: 'toolApprovalDeadline',
    section: 'limits',
    label: 'Deadline for tool approvals',
  },
  { control: 'budget', path: 'budget', section: 'limits', label: 'Budget of a step' },
];

const modelFields: readonly InspectorField[] = [
  { control: 'select', path: 'provider', label: 'Provider', required: true, options: providers },
  { control: 'text', path: 'model', label: 'Model', required: true },
  {
    control: 'text',
    path: 'baseURL',
    label: 'Address',
    placeholder: 'http://127.0.0.1:11434/v1',
    help: 'Where the server is. For a hosted provider only when it is reached another way than usual.',
    showIf: { path: 'provider', not: ['builtin', 'simulated'] },
  },
  {
    control: 'text',
    path: 'secret',
    label: 'Secret',
    placeholder: 'OPENAI_API_KEY',
    help: 'The name of a secret of this machine. The key itself is never in a flow.',
    showIf: { path: 'provider', not: ['builtin', 'simulated'] },
  },
  {
    control: 'ref',
    to: 'model',
    many: true,
    path: 'fallback',
    section: 'failure',
    label: 'Then try',
    help: 'In this order, when the model is unavailable or its result is not good enough.',
  },
  {
    control: 'number',
    path: 'settings.temperature',
    section: 'limits',
    label: 'Temperature',
    min: 0,
    max: 2,
    step: 0.1,
  },
  {
    control: 'number',
    path: 'settings.maxOutputTokens',
    section: 'limits',
    label: 'Longest answer',
    min: 1,
    step: 1,
    unit: 'tokens',
    fallback: 2048,
  },
  {
    control: 'number',
    path: 'settings.seed',
    section: 'limits',
    label: 'Seed',
    step: 1,
    help: 'The same seed asks for the same answers; not every model keeps to it.',
  },
  {
    control: 'toggle',
    path: 'settings.structuredOutputs',
    section: 'limits',
    label: 'Knows shapes',
    help: 'The server can be told the shape of the answer. Off: the shape is asked for in words.',
    fallback: true,
    showIf: { path: 'provider', is: ['openai-compatible'] },
  },
  {
    control: 'number',
    path: 'price.inputPerMTok',
    section: 'more',
    label: 'Price of a million tokens in',
    min: 0,
    step: 0.01,
  },
  {
    control: 'number',
    path: 'price.outputPerMTok',
    section: 'more',
    label: 'Price of a million tokens out',
    min: 0,
    step: 0.01,
  },
  {
    control: 'text',
    path: 'price.currency',
    section: 'more',
    label: 'Currency of the price',
    placeholder: 'USD',
  },
];

const contextFields: readonly InspectorField[] = [
  { control: 'text', path: 'description', label: 'What it holds' },
  { control: 'schema', path: 'schema', label: 'Shape' },
  {
    control: 'select',
    path: 'merge',
    label: 'When it is written again',
    required: true,
    options: mergeRules,
  },
  { control: 'value', schemaAt: 'schema', path: 'initial', section: 'data', label: 'Value at the start' },
  {
    control: 'duration',
    path: 'freshFor',
    section: 'limits',
    label: 'Fresh for',
    help: 'Older than this it counts as stale when it is read.',
  },
  {
    control: 'select',
    path: 'onStale',
    section: 'limits',
    label: 'When it is stale',
    fallback: 'fail',
    options: [
      { value: 'fail', label: 'Fail the reading step' },
      { value: 'warn', label: 'Only note it in the trace' },
    ],
  },
  {
    control: 'toggle',
    path: 'sensitive',
    section: 'limits',
    label: 'Sensitive',
    help: 'Masked in traces, exports and, until revealed, on screen.',
  },
];

const mcpFields: readonly InspectorField[] = [
  {
    control: 'select',
    path: 'transport',
    label: 'Reached by',
    required: true,
    options: [
      { value: 'stdio', label: 'A command on this machine' },
      { value: 'http', label: 'An address' },
    ],
  },
  {
    control: 'text',
    path: 'command',
    label: 'Command',
    required: true,
    showIf: { path: 'transport', is: ['stdio'] },
  },
  { control: 'list', path: 'args', label: 'Arguments', showIf: { path: 'transport', is: ['stdio'] } },
  { control: 'env', path: 'env', label: 'Environment', showIf: { path: 'transport', is: ['stdio'] } },
  {
    control: 'text',
    path: 'url',
    label: 'Address',
    required: true,
    showIf: { path: 'transport', is: ['http'] },
  },
  { control: 'text', path: 'secret', label: 'Secret', showIf: { path: 'transport', is: ['http'] } },
];

/** The form of a part. A policy and a schema are drawn by controls of their own at the part itself. */
export function partFields(section: PartSectionWithEditor, value: unknown): readonly InspectorField[] {
  switch (section) {
    case 'agents':
      return agentFields;
    case 'tools':
      return toolFields((value as Tool | undefined)?.kind ?? 'code');
    case 'models':
      return modelFields;
    case 'context':
      return contextFields;
    case 'mcpServers':
      return mcpFields;
    case 'schemas':
      return [{ control: 'schema', path: '', label: 'Shape' }];
    case 'subflows':
      return [
        { control: 'schema', path: 'input', label: 'Input' },
        { control: 'schema', path: 'output', label: 'Output' },
      ];
    case 'policies':
      return [];
  }
}

/** What a new part starts with: it passes the shape check. */
export function newPart(section: PartSectionWithEditor, flow: Flow): unknown {
  switch (section) {
    case 'agents':
      return { role: t('inspector.new.role'), model: firstModel(flow).name };
    case 'tools':
      return {
        kind: 'http',
        description: t('inspector.new.tool'),
        input: { type: 'object', properties: {} },
        effect: 'read',
        method: 'GET',
        url: 'https://api.example.com/',
        allowHosts: ['api.example.com'],
      };
    case 'models':
      return { provider: 'builtin', model: 'en-lite' };
    case 'context':
      return { schema: { type: 'string' }, merge: 'replace' };
    case 'policies':
      return { timeout: 'PT30S', retry: { maxAttempts: 3 } };
    case 'schemas':
      return { type: 'object', properties: {} };
    case 'mcpServers':
      return { transport: 'stdio', command: 'npx' };
    case 'subflows':
      return undefined;
  }
}

/** One line about a part, for the lists. */
export function partWords(section: PartSectionWithEditor, flow: Flow, name: string): string {
  switch (section) {
    case 'agents':
      return flow.agents?.[name]?.role ?? '';
    case 'tools':
      return flow.tools?.[name]?.description ?? '';
    case 'models': {
      const model = flow.models?.[name];
      return model ? `${model.provider} · ${model.model}` : '';
    }
    case 'context':
      return typeWords(flow.context?.[name]?.schema as Json | undefined, flow);
    case 'policies':
      return policyWords(flow.policies?.[name] ?? {});
    case 'schemas':
      return typeWords(flow.schemas?.[name] as Json | undefined, flow);
    case 'mcpServers':
      return flow.mcpServers?.[name]?.transport ?? '';
    case 'subflows':
      return t('canvas.mark.inside', { count: Object.keys(flow.subflows?.[name]?.nodes ?? {}).length });
  }
}
