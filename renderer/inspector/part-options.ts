import type { Option } from '../../shared/nodes/fields';

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
