/**
 * Which parts of its scope an expression reads, from its syntax tree alone. Every value carries the paths it may have
 * come from; a path counts as read where the value is used. What cannot be followed is read as a whole.
 */
import { leftOf, pairsOf, type Tree } from './jsonata-tree';

type Path = readonly string[];
type Sources = readonly Path[];

const NOWHERE: Sources = [];
const NAMING: ReadonlySet<string> = new Set(['name', 'wildcard', 'descendant', 'parent', 'variable']);

export function pathsOf(tree: Tree): Path[] {
  const walk = new Walk();
  walk.use(walk.value(tree, [[]], new Map()));
  return walk.found();
}

class Walk {
  private readonly reads = new Map<string, Path>();

  found(): Path[] {
    return [...this.reads.values()];
  }

  use(sources: Sources): void {
    for (const source of sources) {
      const path = source.length === 0 ? ['*'] : source;
      this.reads.set(path.join('\u0000'), path);
    }
  }

  /** Where the value of a node may come from; everything else it reads is noted at once. */
  value(node: Tree, context: Sources, variables: Map<string, Sources>): Sources {
    const sources = this.bare(node, context, variables);
    for (const filter of [...(node.stages ?? []), ...(node.predicate ?? [])]) {
      if (filter.expr) this.use(this.value(filter.expr, sources, variables));
    }
    if (node.focus) variables.set(node.focus, sources);
    if (!node.group) return sources;
    this.use(sources);
    for (const part of node.group.lhs.flat()) this.use(this.value(part, sources, variables));
    return NOWHERE;
  }

  private bare(node: Tree, context: Sources, variables: Map<string, Sources>): Sources {
    switch (node.type) {
      case 'name':
        return context.map((path) => [...path, String(node.value)]);
      case 'wildcard':
      case 'descendant':
        return context.map((path) => [...path, '*']);
      case 'parent':
        return context.map((path) => path.slice(0, -1));
      case 'variable':
        return this.variable(String(node.value), context, variables);
      case 'path':
        return this.path(node, context, variables);
      case 'block':
        return this.block(node, context, variables);
      case 'bind':
        return this.bind(node, context, variables);
      case 'condition':
        return this.condition(node, context, variables);
      case 'lambda':
        return this.lambda(node, context, variables);
      case 'function':
      case 'partial':
        return this.call(node, context, variables);
      case 'transform':
        for (const part of [node.pattern, node.update, node.delete]) {
          if (part) this.use(this.value(part, NOWHERE, variables));
        }
        return NOWHERE;
      default:
        return this.operator(node, context, variables);
    }
  }

  private variable(name: string, context: Sources, variables: Map<string, Sources>): Sources {
    if (name === '') return context;
    if (name === '$') return [[]];
    return variables.get(name) ?? NOWHERE;
  }

  private path(node: Tree, context: Sources, variables: Map<string, Sources>): Sources {
    let current = context;
    for (const step of node.steps ?? []) {
      if (step.type === 'sort') {
        for (const term of step.terms ?? []) this.use(this.value(term.expression, current, variables));
        for (const filter of step.stages ?? [])
          if (filter.expr) this.use(this.value(filter.expr, current, variables));
        continue;
      }
      // a computed step also reads whether there is something here; `context.(…)` itself is told by its parts
      if (!NAMING.has(step.type)) this.use(current.filter((path) => path.length > 1));
      const next = this.value(step, current, variables);
      // `a@$x` binds and stays where it was
      current = step.focus ? current : next;
    }
    return current;
  }

  private block(node: Tree, context: Sources, variables: Map<string, Sources>): Sources {
    const inner = new Map(variables);
    let last: Sources = NOWHERE;
    const expressions = node.expressions ?? [];
    expressions.forEach((expression, i) => {
      last = this.value(expression, context, inner);
      if (i < expressions.length - 1 && expression.type !== 'bind') this.use(last);
    });
    return last;
  }

  private bind(node: Tree, context: Sources, variables: Map<string, Sources>): Sources {
    const name = String(leftOf(node).value);
    const sources = node.rhs ? this.value(node.rhs, context, variables) : NOWHERE;
    // a closure made before may still see the old value
    variables.set(name, [...(variables.get(name) ?? NOWHERE), ...sources]);
    return sources;
  }

  private condition(node: Tree, context: Sources, variables: Map<string, Sources>): Sources {
    if (node.condition) this.use(this.value(node.condition, context, variables));
    const branches = [node.then, node.else].filter((branch) => branch !== undefined);
    return branches.flatMap((branch) => this.value(branch, context, variables));
  }

  private lambda(node: Tree, context: Sources, variables: Map<string, Sources>): Sources {
    const inner = new Map(variables);
    // what is passed in was noted where it was passed
    for (const parameter of node.arguments ?? []) inner.set(String(parameter.value), NOWHERE);
    if (node.body) this.use(this.value(node.body, context, inner));
    return NOWHERE;
  }

  private call(node: Tree, context: Sources, variables: Map<string, Sources>): Sources {
    if (node.procedure) this.use(this.value(node.procedure, context, variables));
    const args = node.arguments ?? [];
    const [object, key] = args;
    if (
      node.procedure?.type === 'variable' &&
      node.procedure.value === 'lookup' &&
      object &&
      key &&
      args.length === 2
    ) {
      const from = this.value(object, context, variables);
      if (key.type === 'string') return from.map((path) => [...path, String(key.value)]);
      this.use(this.value(key, context, variables));
      return from.map((path) => [...path, '*']);
    }
    for (const arg of args) this.use(this.value(arg, context, variables));
    return NOWHERE;
  }

  private operator(node: Tree, context: Sources, variables: Map<string, Sources>): Sources {
    const parts: Tree[] = [];
    if (Array.isArray(node.lhs)) parts.push(...pairsOf(node).flat());
    else if (node.lhs) parts.push(leftOf(node));
    if (node.rhs) parts.push(node.rhs);
    if (node.expression) parts.push(node.expression);
    parts.push(...(node.expressions ?? []));
    for (const part of parts) this.use(this.value(part, context, variables));
    return NOWHERE;
  }
}
