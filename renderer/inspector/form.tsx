/** What every control of the inspector is given: where the value is, how to change it, and what is wrong with it. */
import { createContext, type ReactNode, useContext } from 'react';
import { type FieldPath, getIn } from '../../shared/editing/set-in';
import type { Flow } from '../../shared/spec/flow';
import type { Problem } from '../../shared/spec/problem';
import type { FieldIssue } from '../ui/field';
import type { ScopePlace } from './scope';

export interface FormHost {
  readonly flow: Flow;
  /** The thing that is edited: a node, an agent, an edge. */
  readonly value: unknown;
  /** Ids tie controls of two things apart: undo steps merge only within one. */
  readonly key: string;
  readonly place: ScopePlace;
  readonly set: (path: FieldPath, value: unknown) => void;
  /** Any edit of the document, for controls that change more than their own value. */
  readonly edit: (label: string, change: (doc: Flow) => Flow, mergeKey?: string) => void;
  /** Problems inside the thing, pointers relative to it. */
  readonly problems: readonly Problem[];
  readonly applyFix: (problem: Problem) => void;
}

const FormContext = createContext<FormHost | null>(null);

export function FormProvider({ host, children }: { readonly host: FormHost; readonly children: ReactNode }) {
  return <FormContext.Provider value={host}>{children}</FormContext.Provider>;
}

export function useForm(): FormHost {
  const host = useContext(FormContext);
  if (!host) throw new Error('An inspector control was drawn outside of a form');
  return host;
}

/** A value of the form and its setter. */
export function useValue<T>(path: FieldPath): [T | undefined, (value: T | undefined) => void] {
  const { value, set } = useForm();
  return [getIn(value, path) as T | undefined, (next) => set(path, next)]; // the schema of the thing says what is there
}

/** What is wrong at a path or below it. */
export function useIssues(path: FieldPath, exact = false): readonly FieldIssue[] {
  const { problems, applyFix } = useForm();
  const pointer = path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return problems
    .filter((p) => p.pointer === pointer || (!exact && p.pointer.startsWith(`${pointer}/`)))
    .map((problem) => ({
      message: problem.message,
      warning: problem.severity === 'warning',
      ...(problem.fix ? { fix: { title: problem.fix.title, onFix: () => applyFix(problem) } } : {}),
    }));
}

/** Problems of one thing, their pointers made relative to it. */
export function problemsUnder(problems: readonly Problem[], pointer: string): readonly Problem[] {
  return problems
    .filter((p) => p.pointer === pointer || p.pointer.startsWith(`${pointer}/`))
    .map((p) => ({ ...p, pointer: p.pointer.slice(pointer.length), fix: p.fix }));
}
