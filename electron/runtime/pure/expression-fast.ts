/**
 * Evaluates the expressions flows are mostly made of (paths, comparisons, and / or, choices, arithmetic) without
 * JSONata. It gives JSONata's result or gives up: whatever could map over a list, or go wrong, is left to JSONata.
 */
import { leftOf, type Tree } from './jsonata-tree';
import { truthOf } from './plain-value';

export const GIVE_UP: unique symbol = Symbol('give up');
export type Fast = (scope: Readonly<Record<string, unknown>>) => unknown;

const MAX_TREE = 40;

/** The fast form of an expression, or undefined when it has none. Takes the tree before it is hardened. */
export function fastForm(tree: Tree): Fast | undefined {
  return build(tree, 0);
}

function build(node: Tree, depth: number): Fast | undefined {
  if (depth > MAX_TREE || node.predicate || node.group || node.stages || node.keepArray) return undefined;
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value': {
      const { value } = node;
      return () => value;
    }
    case 'path':
      return buildPath(node);
    case 'binary':
      return buildBinary(node, depth);
    case 'condition':
      return buildCondition(node, depth);
    case 'function':
      return buildCall(node, depth);
    default:
      return undefined;
  }
}

function buildPath(node: Tree): Fast | undefined {
  const steps = node.steps ?? [];
  if (node.keepSingletonArray || node.tuple) return undefined;
  const plain = steps.every(
    (step) =>
      step.type === 'name' &&
      typeof step.value === 'string' &&
      !step.stages &&
      !step.predicate &&
      !step.group &&
      !step.focus &&
      !step.index &&
      !step.tuple,
  );
  if (!plain || steps.length === 0) return undefined;
  const keys = steps.map((step) => step.value as string);
  return (scope) => {
    let value: unknown = scope;
    for (const key of keys) {
      if (typeof value !== 'object' || value === null) return undefined;
      if (Array.isArray(value)) return GIVE_UP;
      value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
    }
    return value;
  };
}

function buildCondition(node: Tree, depth: number): Fast | undefined {
  const condition = node.condition && build(node.condition, depth + 1);
  const yes = node.then && build(node.then, depth + 1);
  const no = node.else ? build(node.else, depth + 1) : () => undefined;
  if (!condition || !yes || !no) return undefined;
  return (scope) => {
    const verdict = truth(condition(scope));
    return verdict === GIVE_UP ? GIVE_UP : verdict ? yes(scope) : no(scope);
  };
}

function buildCall(node: Tree, depth: number): Fast | undefined {
  const [argument, ...more] = node.arguments ?? [];
  if (node.procedure?.type !== 'variable' || !argument || more.length > 0) return undefined;
  const inner = build(argument, depth + 1);
  if (!inner) return undefined;
  if (node.procedure.value === 'exists') {
    return (scope) => {
      const value = inner(scope);
      return value === GIVE_UP ? GIVE_UP : value !== undefined;
    };
  }
  if (node.procedure.value !== 'not') return undefined;
  return (scope) => {
    const value = inner(scope);
    if (value === undefined) return undefined;
    const verdict = truth(value);
    return verdict === GIVE_UP ? GIVE_UP : !verdict;
  };
}

function truth(value: unknown): boolean | typeof GIVE_UP {
  if (value === GIVE_UP || (typeof value === 'object' && value !== null)) return GIVE_UP;
  if (typeof value === 'number' && !Number.isFinite(value)) return GIVE_UP;
  return truthOf(value);
}

type Operator = (left: unknown, right: unknown) => unknown;

function buildBinary(node: Tree, depth: number): Fast | undefined {
  const left = build(leftOf(node), depth + 1);
  const right = node.rhs && build(node.rhs, depth + 1);
  if (!left || !right) return undefined;
  if (node.value === 'and' || node.value === 'or') return logical(node.value, left, right);
  const operator = OPERATORS[String(node.value)];
  if (!operator) return undefined;
  return (scope) => {
    const a = left(scope);
    if (a === GIVE_UP) return GIVE_UP;
    const b = right(scope);
    return b === GIVE_UP ? GIVE_UP : operator(a, b);
  };
}

function logical(operator: 'and' | 'or', left: Fast, right: Fast): Fast {
  return (scope) => {
    const a = truth(left(scope));
    if (a === GIVE_UP) return GIVE_UP;
    if (a === (operator === 'or')) return a;
    return truth(right(scope));
  };
}

function equal(a: unknown, b: unknown): boolean | typeof GIVE_UP {
  if (typeof a === 'object' && a !== null && typeof b === 'object' && b !== null) return GIVE_UP;
  return a === b;
}

function compared(verdict: (a: string | number, b: string | number) => boolean): Operator {
  return (a, b) => {
    if (typeof a === 'number' ? typeof b === 'number' : typeof a === 'string' && typeof b === 'string') {
      return verdict(a as number, b as number);
    }
    if (a !== undefined && b !== undefined) return GIVE_UP;
    const other = a === undefined ? b : a;
    return other === undefined || typeof other === 'string' || typeof other === 'number'
      ? undefined
      : GIVE_UP;
  };
}

function computed(result: (a: number, b: number) => number): Operator {
  return (a, b) => {
    if (typeof a !== 'number' || typeof b !== 'number') return GIVE_UP;
    const value = result(a, b);
    return Number.isFinite(value) ? value : GIVE_UP;
  };
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  '=': (a, b) => (a === undefined || b === undefined ? false : equal(a, b)),
  '!=': (a, b) => {
    if (a === undefined || b === undefined) return false;
    const same = equal(a, b);
    return same === GIVE_UP ? GIVE_UP : !same;
  },
  '<': compared((a, b) => a < b),
  '<=': compared((a, b) => a <= b),
  '>': compared((a, b) => a > b),
  '>=': compared((a, b) => a >= b),
  '+': computed((a, b) => a + b),
  '-': computed((a, b) => a - b),
  '*': computed((a, b) => a * b),
  '/': computed((a, b) => a / b),
  '%': computed((a, b) => a % b),
  '&': (a, b) => (typeof a === 'string' && typeof b === 'string' ? a + b : GIVE_UP),
};
