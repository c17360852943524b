/**
 * Rewrites a syntax tree so that evaluating it is safe whatever the expression and the data are.
 *
 * H1. Names of `Object.prototype` are looked up as own keys only.
 * H2. Operators that can blow up inside one step (`..`, `**`, `*`, `=`, `!=`) become metered functions.
 * H3. Regular expressions become linear matchers.
 * H4. The hooks that count steps cannot be rebound: variables may not start with `__`.
 * H5. Frozen data can be grouped and kept as a list: the library marks such arrays in place, so it gets copies.
 * H6. What is about to be called, or changed by a transform, is marked for the exit hook.
 */
import { AppError } from '../../../shared/base/app-error';
import { childrenOf, type Tree } from './jsonata-tree';
import { limitError, MAX_DEPTH } from './meter';
import {
  copyIfArray,
  ownLookup,
  range,
  regexMatcher,
  sameValue,
  descendants,
  wildcard,
  different,
} from './tree-functions';

const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));
const OPERATORS: Readonly<Record<string, (a: never, b: never) => unknown>> = {
  '..': range,
  '=': sameValue,
  '!=': different,
};

const KEEP_ALL: Tree = { type: 'filter', expr: { type: 'value', value: true } };

/** @throws AppError `expr/failed` or `expr/limit` for what may not be used at all. Changes the tree in place. */
export function hardenTree(tree: Tree): void {
  harden(tree, 0);
}

function harden(node: Tree, depth: number): void {
  // the evaluator nests at least as deep as the tree: what is refused here could never finish
  if (depth > 4 * MAX_DEPTH)
    throw limitError('depth', `The expression nests deeper than ${MAX_DEPTH} levels.`);
  for (const child of childrenOf(node)) harden(child, depth + 1);
  refuseReserved(node);
  if (node.procedure) node.procedure.isCallee = true;
  if (node.type === 'apply' && node.rhs && node.rhs.type !== 'function') node.rhs.isCallee = true;
  if (node.type === 'transform' && node.pattern) node.pattern.isPattern = true;
  if (node.type === 'path') copyBeforeMarking(node);
  else if (node.group) copyBeforeGrouping(node);
  replaceOperator(node);
}

function refuseReserved(node: Tree): void {
  const names = [node.type === 'variable' ? node.value : undefined, node.focus, node.index];
  if (node.type === 'lambda') names.push(...(node.arguments ?? []).map((parameter) => parameter.value));
  if (node.type === 'bind') names.push((node.lhs as Tree).value);
  const bad = names.find((name) => typeof name === 'string' && name.startsWith('__'));
  if (bad !== undefined) {
    throw new AppError(
      'expr/failed',
      `Names of variables may not start with "__", as in "$${String(bad)}".`,
      {
        details: { reason: 'syntax', position: node.position ?? 0 },
      },
    );
  }
}

function replaceOperator(node: Tree): void {
  if (node.type === 'name' && INHERITED.has(String(node.value))) {
    becomeCall(node, ownLookup, [
      { type: 'variable', value: '' },
      { type: 'string', value: node.value },
    ]);
  } else if (node.type === 'wildcard') {
    becomeCall(node, wildcard, [{ type: 'variable', value: '' }]);
  } else if (node.type === 'descendant') {
    becomeCall(node, descendants, [{ type: 'variable', value: '' }]);
  } else if (node.type === 'binary') {
    const operator = OPERATORS[String(node.value)];
    if (operator) becomeCall(node, operator, [node.lhs as Tree, node.rhs as Tree]);
  } else if (node.type === 'regex') {
    const pattern = node.value as RegExp;
    node.type = 'value';
    node.value = regexMatcher(pattern.source, pattern.flags, node.position ?? 0);
  }
}

/** Turns a node into a call in place: predicates, groups and bindings that hang on it stay. */
function becomeCall(node: Tree, implementation: (...args: never[]) => unknown, args: Tree[]): void {
  node.type = 'function';
  node.value = '(';
  node.procedure = { type: 'value', value: implementation };
  node.arguments = args;
  delete node.lhs;
  delete node.rhs;
}

function copyBeforeMarking(path: Tree): void {
  if (!path.keepSingletonArray && !path.group) return;
  const steps = path.steps ?? [];
  const last = steps.at(-1);
  if (!last || last.type === 'sort' || last.consarray || steps.some((step) => step.tuple)) return;
  const { stages, ...bare } = last;
  steps[steps.length - 1] = {
    type: 'function',
    value: '(',
    position: last.position,
    procedure: { type: 'value', value: copyIfArray },
    arguments: [bare],
    // `list[0]` hands out an item as it is, which may be a list: one more filter copies it
    ...(stages ? { stages: [...stages, KEEP_ALL] } : {}),
    ...(last.keepArray ? { keepArray: true } : {}),
  };
}

function copyBeforeGrouping(node: Tree): void {
  const { group, predicate, ...bare } = node;
  const inner = predicate ? { ...bare, predicate } : bare;
  for (const key of Object.keys(node)) delete (node as unknown as Record<string, unknown>)[key];
  Object.assign(node, {
    type: 'function',
    value: '(',
    position: bare.position,
    procedure: { type: 'value', value: copyIfArray },
    arguments: [inner],
    group,
  });
}
