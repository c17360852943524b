import { defineNodeKind } from '../define';
import { durationOr } from '../words';

export const join = defineNodeKind({
  kind: 'join',
  title: 'Join',
  group: 'flow',
  description: 'Waits for parallel branches and puts their results together.',
  keywords: ['merge', 'gather', 'collect', 'fan in', 'barrier'],
  shares: ['reads', 'writes'],
  create: () => ({ node: { kind: 'join' } }),
  summary: (node, _flow, say) => {
    const wait = node.wait ?? 'all';
    const what =
      wait === 'all'
        ? say('Waits for all branches')
        : wait === 'any'
          ? say('Waits for the first branch')
          : say('Waits for {count} branches', { count: wait.count });
    return node.deadline
      ? say('{what} · at most {time}', { what, time: durationOr(node.deadline, '') })
      : what;
  },
  inspector: [
    {
      control: 'join',
      path: 'wait',
      label: 'Waits for',
      help: 'Once enough branches have arrived, the others are cancelled.',
    },
    {
      control: 'select',
      path: 'onBranchFailure',
      label: 'When a branch fails',
      fallback: 'fail',
      options: [
        { value: 'fail', label: 'Let the others finish, then fail' },
        { value: 'cancel', label: 'Cancel the others and fail' },
        { value: 'skip', label: 'Go on without it' },
      ],
    },
    {
      control: 'mapping',
      path: 'collect',
      section: 'result',
      label: 'Result',
      help: 'Made from “branches”. Empty: the last output of every branch by its first node.',
    },
    {
      control: 'duration',
      path: 'deadline',
      section: 'limits',
      label: 'Deadline',
      help: 'Counted from the parallel. Late branches are cancelled.',
    },
  ],
});
