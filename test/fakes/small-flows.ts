import type { Flow } from '../../shared/spec/flow';

/** Start, an agent that hands over to a person when it fails, and an end. */
export const smallFlow: Flow = {
  format: 'baton.flow/1',
  id: 'small',
  name: 'Small',
  version: '1.0.0',
  context: { mood: { schema: { type: 'string' }, merge: 'replace' } },
  models: { local: { provider: 'builtin', model: 'en-lite' } },
  tools: {
    pay: {
      kind: 'code',
      description: 'Pays',
      input: { type: 'object' },
      effect: 'once',
      source: 'return args;',
    },
  },
  agents: {
    writer: {
      role: 'Writes',
      model: 'local',
      instructions: 'Be {{ context.mood }}',
      tools: ['pay'],
      output: { type: 'object', properties: { text: { type: 'string' } } },
    },
  },
  nodes: {
    start: { kind: 'start' },
    write: {
      kind: 'agent',
      name: 'Write',
      agent: 'writer',
      prompt: '{{ input.topic }}',
      reads: ['mood'],
      writes: { mood: 'output.text' },
    },
    check: {
      kind: 'human',
      mode: 'choose',
      title: 'Good? {{ steps.write.text }}',
      choices: [
        { port: 'good', label: 'Good' },
        { port: 'again', label: 'Again' },
      ],
    },
    end: { kind: 'end', output: { text: { $: 'steps.write.text & " (" & "steps.write" & ")"' } } },
  },
  edges: [
    { from: 'check', port: 'again', to: 'write', maxTraversals: 3 },
    { from: 'check', port: 'good', to: 'end' },
    { from: 'start', port: 'next', to: 'write' },
    { from: 'write', port: 'fallback', to: 'check' },
    { from: 'write', port: 'next', to: 'check' },
  ],
  rehearsal: { nodes: { write: { output: { text: 'x' } }, check: { choice: 'good' } } },
  tests: [
    {
      name: 'good',
      answers: { check: { choice: 'good' } },
      faults: [{ node: 'write', attempt: 1, kind: 'timeout' }],
      expect: { path: ['write', 'check', 'end'] },
    },
  ],
  layout: {
    nodes: { start: { x: 0, y: 0 }, write: { x: 300, y: 0 }, check: { x: 600, y: 0 }, end: { x: 900, y: 0 } },
  },
};

/** A loop whose body holds one transform, then a step that reads the loop. */
export const nestedFlow: Flow = {
  format: 'baton.flow/1',
  id: 'nested',
  name: 'Nested',
  version: '1.0.0',
  nodes: {
    start: { kind: 'start' },
    first: { kind: 'transform', output: { n: 1 } },
    repeat: {
      kind: 'loop',
      while: 'iteration <= 2',
      maxIterations: 2,
      body: {
        nodes: {
          inner_start: { kind: 'start' },
          step: { kind: 'transform', output: { n: { $: 'steps.first.n + iteration' } } },
          inner_end: { kind: 'end', output: { $: 'steps.step' } },
        },
        edges: [
          { from: 'inner_start', port: 'next', to: 'step' },
          { from: 'step', port: 'next', to: 'inner_end' },
        ],
      },
    },
    last: { kind: 'transform', output: { n: { $: 'steps.repeat.n + steps.first.n' } } },
    end: { kind: 'end' },
  },
  edges: [
    { from: 'first', port: 'next', to: 'repeat' },
    { from: 'last', port: 'next', to: 'end' },
    { from: 'repeat', port: 'next', to: 'last' },
    { from: 'start', port: 'next', to: 'first' },
  ],
};
