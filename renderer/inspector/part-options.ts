import type { Option } from '../../shared/nodes/fields';

/** What happens when a piece of shared state is written again. */
export const mergeRules: readonly Option[] = [
  { value: 'replace', label: 'Replace it' },
  { value: 'append', label: 'Append to the list' },
  { value: 'merge', label: 'Merge the objects' },
  { value: 'sum', label: 'Add the numbers' },
  { value: 'min', label: 'Keep the smallest' },
  { value: 'max', label: 'Keep the largest' },
];

/** Providers a model can come from. */
export const providers: readonly Option[] = [
  {
    value: 'builtin',
    label: 'Built in',
    help: 'Works offline and costs nothing: rules and statistics, no large model.',
  },
  {
    value: 'openai-compatible',
    label: 'Local or compatible server',
    help: 'Ollama, LM Studio, llama.cpp and others.',
  },
  { value: 'openai', label: 'OpenAI' },
  { value: 'anthropic', label: 'Anthropic' },
  { value: 'google', label: 'Google' },
  { value: 'simulated', label: 'Simulated', help: 'Answers come from the rehearsal values.' },
];
