import { Button, UnstyledButton } from '@mantine/core';
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { nodeAt } from '../../shared/editing/graphs';
import { nameOf } from '../../shared/nodes/lookup';
import type { Flow } from '../../shared/spec/flow';
import type { Problem } from '../../shared/spec/problem';
import { t } from '../i18n/t';

interface Props {
  readonly flow: Flow;
  readonly list: readonly Problem[];
  /** What is said when there is none. */
  readonly none: string;
  readonly onGo: (problem: Problem) => void;
  readonly onFix: (problem: Problem) => void;
}

/** Each problem goes to its place, and mends itself where that is possible. */
export function ProblemList({ list, none, flow, onGo, onFix }: Props) {
  if (list.length === 0) {
    return (
      <p className="all-well row">
        <CircleCheck size={15} aria-hidden /> {none}
      </p>
    );
  }
  return (
    <ul className="problems">
      {list.map((problem) => {
        const node = problem.node === undefined ? undefined : nodeAt(flow, problem.node);
        const Icon = problem.severity === 'error' ? CircleAlert : TriangleAlert;
        return (
          <li key={`${problem.code}:${problem.pointer}:${problem.message}`} className="problem">
            <UnstyledButton className="problem-go" onClick={() => onGo(problem)}>
              <Icon
                size={14}
                aria-label={t(`designer.severity.${problem.severity}`)}
                className={`is-${problem.severity}`}
              />
              <span className="problem-message">{problem.message}</span>
              {node && problem.node !== undefined ? (
                <span className="problem-where truncate">{nameOf(problem.node, node)}</span>
              ) : null}
              <span className="mono meta">{problem.code}</span>
            </UnstyledButton>
            {problem.fix ? (
              <Button size="compact-xs" variant="light" onClick={() => onFix(problem)}>
                {problem.fix.title}
              </Button>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}
