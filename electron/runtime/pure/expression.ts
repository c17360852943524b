/** Compiles and evaluates expressions: JSONata 1.8, synchronous, with counted limits and nothing but its scope. */
import { AppError } from '../../../shared/base/app-error';
import type { Json } from '../../../shared/base/json';
import type { CompiledExpression, ExpressionEnv, ExpressionPath } from '../../../shared/ports/pure';
import { currentMeter, withEvaluation } from './evaluation';
import { expressionError } from './expression-errors';
import { type Fast, fastForm, GIVE_UP } from './expression-fast';
import { pathsOf } from './expression-paths';
import { hardenTree } from './harden-tree';
import { globals, parseTree, runTree } from './jsonata-engine';
import type { Tree } from './jsonata-tree';
import { limitError, MAX_SOURCE } from './meter';
import { isFunctionValue } from './native-calls';
import { installNatives } from './natives';
import { functionResult, plainValue, truthOf } from './plain-value';
import { checkNesting, fault } from './tree-functions';

type Scope = Readonly<Record<string, unknown>>;

const MAX_CACHED = 5_000;
const cache = new Map<string, CompiledExpression>();

/** @throws AppError `expr/failed`, `expr/limit`. */
export function compileExpression(source: string): CompiledExpression {
  const known = cache.get(source);
  if (known) return known;
  install();
  const made = compile(source);
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(source, made);
  return made;
}

function compile(source: string): CompiledExpression {
  try {
    if (source.length > MAX_SOURCE)
      throw limitError('source', `An expression has at most ${MAX_SOURCE} characters.`);
    const tree = parseTree(source);
    const paths = pathsOf(tree);
    const fast = fastForm(tree);
    hardenTree(tree);
    return new Expression(source, paths, tree, fast);
  } catch (error) {
    throw expressionError(error, source);
  }
}

class Expression implements CompiledExpression {
  constructor(
    readonly source: string,
    readonly paths: readonly ExpressionPath[],
    private readonly tree: Tree,
    private readonly fast: Fast | undefined,
  ) {}

  evaluate(scope: Scope, env: ExpressionEnv): Json | undefined {
    try {
      const quick = this.fast ? this.fast(scope) : GIVE_UP;
      return plainValue(quick === GIVE_UP ? this.run(scope, env) : quick);
    } catch (error) {
      throw expressionError(error, this.source);
    }
  }

  test(scope: Scope, env: ExpressionEnv): boolean {
    try {
      const quick = this.fast ? this.fast(scope) : GIVE_UP;
      const value = quick === GIVE_UP ? this.run(scope, env) : quick;
      if (isFunctionValue(value)) throw functionResult();
      return truthOf(value);
    } catch (error) {
      throw expressionError(error, this.source);
    }
  }

  private run(scope: Scope, env: ExpressionEnv): unknown {
    return withEvaluation(env, () => runTree(this.tree, scope));
  }
}

let installed = false;
function install(): void {
  if (installed) return;
  installed = true;
  installNatives();
  globals.bind('__evaluate_entry', () => currentMeter().enter());
  globals.bind('__evaluate_exit', (node: Tree, input: unknown, _environment: unknown, result: unknown) => {
    currentMeter().leave();
    leave(node, input, result);
  });
}

function leave(node: Tree, input: unknown, result: unknown): void {
  if (typeof result === 'string') {
    if (node.type === 'binary' || node.type === 'function' || node.type === 'apply')
      currentMeter().chargeValue(result);
  } else if (typeof result === 'object' && result !== null) {
    if (Array.isArray(result)) currentMeter().chargeValue(result);
    else refuseForged(result);
  }
  if (node.isCallee && !isFunctionValue(result))
    throw fault('T1006', undefined, node.position, calleeName(node));
  if (node.isPattern) refuseForeign(input, result);
}

function calleeName(node: Tree): string | undefined {
  const name = node.type === 'path' ? node.steps?.[0]?.value : node.value;
  if (typeof name !== 'string') return undefined;
  return node.type === 'variable' ? `$${name}` : name;
}

/** Data that carries the library's marks would be run as a function, outside the meter. */
function refuseForged(value: object): void {
  const marks = value as {
    _jsonata_function?: unknown;
    _jsonata_lambda?: unknown;
    implementation?: unknown;
    environment?: { lookup?: unknown };
  };
  const forgedFunction = marks._jsonata_function === true && typeof marks.implementation !== 'function';
  const forgedLambda = marks._jsonata_lambda === true && typeof marks.environment?.lookup !== 'function';
  if (forgedFunction || forgedLambda) {
    throw new AppError('expr/failed', 'The data pretends to be a function.', {
      details: { reason: 'function' },
    });
  }
}

/** A transform changes what its pattern finds: that must be part of its own copy, never the scope. */
function refuseForeign(copy: unknown, found: unknown): void {
  const own = new Set<object>();
  collect(copy, own, 0);
  const targets: unknown[] = Array.isArray(found) ? found : [found];
  for (const target of targets) {
    if (typeof target === 'object' && target !== null && !own.has(target)) {
      throw new AppError('expr/failed', 'A transform can only change parts of the value it is applied to.', {
        details: { reason: 'transform' },
      });
    }
  }
}

function collect(value: unknown, own: Set<object>, depth: number): void {
  if (typeof value !== 'object' || value === null || own.has(value)) return;
  checkNesting(depth);
  currentMeter().charge(1);
  own.add(value);
  for (const member of Object.values(value)) collect(member, own, depth + 1);
}
