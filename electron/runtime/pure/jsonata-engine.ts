/**
 * The one door to JSONata 1.8.7. Its `evaluate` turns error values into JSON text, which a hostile value can make
 * endless, and binds the wall clock; so a syntax tree is driven here directly, through the library's own lambda.
 */
import jsonata from 'jsonata';
import type { Tree } from './jsonata-tree';

export interface Frame {
  bind(name: string, value: unknown): void;
  lookup(name: string): unknown;
}

/** A function of the library or ours, as its evaluator calls it. */
export interface NativeFunction {
  readonly _jsonata_function: true;
  readonly implementation: (this: unknown, ...args: never[]) => unknown;
}

interface Lambda {
  environment: Frame;
  input: unknown;
  arguments: Tree[];
  body: Tree;
  apply(self: unknown, args: unknown[]): Iterator<unknown, unknown, unknown>;
}

const lambda = jsonata('function($a){ 0 }').evaluate({}) as Lambda;
// `$$` is the root; as a parameter it is bound afresh for each evaluation and nothing is left behind
lambda.arguments = [{ type: 'variable', value: '$' }];

/** The frame every evaluation sees; variables of an expression live in a frame of their own. */
export const globals: Frame = lambda.environment;

export function parseTree(source: string): Tree {
  return jsonata(source).ast() as Tree;
}

/** A function of the library by its name without `$`. */
export function libraryFunction(name: string): NativeFunction {
  return jsonata(`$${name}`).evaluate({}) as NativeFunction;
}

/** Binds a function with a JSONata signature for everybody, for example `<s-ns?:s>`. */
export function defineGlobal(
  name: string,
  implementation: (...args: never[]) => unknown,
  signature?: string,
): void {
  const host = jsonata(`$${name}`);
  host.registerFunction(name, implementation as (...args: unknown[]) => unknown, signature);
  globals.bind(name, host.evaluate({}));
}

export function runTree(tree: Tree, scope: unknown): unknown {
  lambda.body = tree;
  lambda.input = scope;
  const steps = lambda.apply(lambda, [scope]);
  let step = steps.next();
  // nothing here is asynchronous: each yielded value is the value itself
  while (!step.done) step = steps.next(step.value);
  return step.value;
}
