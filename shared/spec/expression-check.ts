/**
 * Do all expressions parse (E305), and do they read only what exists where they stand: steps there are (E301), variables and
 * declared reads (E303), steps before (E306)?
 *
 * X1. An expression of a role contract or a policy is checked once, however many nodes use it; what it reads is then held
 *     against each of those nodes.
 */
import { usersOfAgents } from './agent-users';
import { reasonOf, type SpecLibraries } from './analysis-port';
import type { Findings } from './findings';
import type { FlowIndex, NodeEntry } from './flow-index';
import { short } from './place';
import { ScopeRules, whyUnknown } from './scope-rules';
import { type ExpressionSite, SiteReader } from './sites';
import { testsStepByTruth } from './truth-test';

type Path = readonly string[];

export function checkExpressions(index: FlowIndex, libs: SpecLibraries, findings: Findings): void {
  new ExpressionCheck(index, libs, findings).run();
}

class ExpressionCheck {
  private readonly sites: SiteReader;
  private readonly rules: ScopeRules;
  private readonly readsOf = new Map<NodeEntry, ReadonlySet<string>>();

  constructor(
    private readonly index: FlowIndex,
    private readonly libs: SpecLibraries,
    private readonly findings: Findings,
  ) {
    this.sites = new SiteReader(findings);
    this.rules = new ScopeRules(index);
  }

  run(): void {
    for (const name of this.index.parts('tools').keys()) {
      for (const site of this.sites.tool(this.index, name)) this.checkClosed(site, ['args']);
    }
    for (const [name, tool] of this.index.parts('tools'))
      this.checkPolicy(tool?.policy, `/tools/${name}/policy`);
    for (const [name, policy] of this.index.parts('policies')) this.checkPolicy(policy, `/policies/${name}`);
    for (const graph of this.index.graphs) {
      for (const entry of graph.nodes.values())
        for (const site of this.sites.node(entry)) this.checkAt(entry, site);
    }
    this.checkAgents();
  }

  /** A policy may serve many nodes, so only its own two variables and those of every node are known. */
  private checkPolicy(policy: Parameters<SiteReader['policy']>[0], pointer: string): void {
    for (const site of this.sites.policy(policy, pointer))
      this.checkClosed(site, ['output', 'error', 'input', 'run', 'context', 'steps']);
  }

  private checkClosed(site: ExpressionSite, known: readonly string[]): void {
    for (const path of this.paths(site)) {
      const [root = '*'] = path;
      if (root === '*' || known.includes(root)) continue;
      const list = known.map((name) => `"${name}"`).join(', ');
      this.findings.error(
        'E303',
        site.pointer,
        `The expression ${quote(site)} reads "${short(root)}", but only ${list} ${known.length > 1 ? 'are' : 'is'} known here.`,
      );
    }
  }

  private checkAt(entry: NodeEntry, site: ExpressionSite): void {
    const paths = this.paths(site);
    if (paths.length === 0) return;
    const variables = this.rules.variables(entry, site.extra);
    for (const path of paths) this.checkPath(entry, site, path, variables, `In node "${entry.id}"`);
  }

  /** Role contracts: every node that uses one lends its scope. */
  private checkAgents(): void {
    const users = usersOfAgents(this.index);
    for (const name of this.index.parts('agents').keys()) {
      for (const site of this.sites.agent(this.index, name)) {
        const paths = distinct(this.paths(site));
        for (const entry of users.get(name) ?? []) {
          const variables = this.rules.variables(entry, site.extra);
          const isSound = paths
            .map((path) =>
              this.checkPath(
                entry,
                site,
                path,
                variables,
                `In agent "${name}", as node "${entry.id}" uses it`,
              ),
            )
            .every(Boolean);
          if (!isSound) break; // one node is enough to show what is wrong
        }
      }
    }
  }

  private paths(site: ExpressionSite): readonly Path[] {
    try {
      const { paths } = this.libs.expression(site.source);
      const step = testsStepByTruth(site.source);
      if (step !== undefined) {
        const message = `The expression ${quote(site)} asks for the truth of "steps.${step}"; an empty or zero output counts as false. To ask whether the step ran, write $exists(steps.${step}).`;
        this.findings.warn('W431', site.pointer, message);
      }
      return paths;
    } catch (error) {
      this.findings.error(
        'E305',
        site.pointer,
        `The expression ${quote(site)} cannot be read: ${reasonOf(error)}`,
      );
      return [];
    }
  }

  /** True when the path is fine. */
  private checkPath(
    entry: NodeEntry,
    site: ExpressionSite,
    path: Path,
    variables: ReadonlySet<string>,
    where: string,
  ): boolean {
    const [root = '*', member] = path;
    if (root === '*') return true;
    if (!variables.has(root)) return this.unknownVariable(entry, site, root, variables, where);
    if (member === undefined || member === '*') return true;
    if (root === 'context') return this.checkField(entry, site, member, where);
    if (root === 'steps') return this.checkStep(entry, site, member, where);
    if (root !== 'run' || member === 'id') return true;
    this.findings.error(
      'E303',
      site.pointer,
      `The expression ${quote(site)} reads "run.${short(member)}", but a run tells only "run.id".`,
    );
    return false;
  }

  private unknownVariable(
    entry: NodeEntry,
    site: ExpressionSite,
    root: string,
    variables: ReadonlySet<string>,
    where: string,
  ): false {
    const why = whyUnknown(root);
    const known = [...variables].map((name) => `"${name}"`).join(', ');
    const isStep = this.index.nodes.has(root);
    const isField = this.index.parts('context').has(root);
    const hint = isStep
      ? ` Did you mean "steps.${root}"?`
      : isField
        ? ` Did you mean "context.${root}"?`
        : '';
    const reason = why === undefined ? `nothing is called that here; known are ${known}` : why;
    const message = `${where}, the expression ${quote(site)} reads "${short(root)}", but ${reason}.${hint}`;
    this.findings.error('E303', site.pointer, message);
    return false;
  }

  private checkField(entry: NodeEntry, site: ExpressionSite, field: string, where: string): boolean {
    const intro = `${where}, the expression ${quote(site)} reads "context.${short(field)}", but`;
    const fields = this.index.parts('context');
    if (!fields.has(field)) {
      const guess = this.findings.guess(field, fields);
      const hint = guess === undefined ? ' Declare it under "context".' : ` Did you mean "${guess}"?`;
      this.findings.error('E303', site.pointer, `${intro} there is no such context field.${hint}`);
      return false;
    }
    if (this.reads(entry).has(field)) return true;
    const list = entry.node?.reads;
    const fix = list
      ? { op: 'add' as const, path: `${entry.pointer}/reads/-`, value: field }
      : { op: 'add' as const, path: `${entry.pointer}/reads`, value: [field] };
    const title = `Let "${entry.id}" read "${field}"`;
    this.findings.error('E303', site.pointer, `${intro} the node does not list it under "reads".`, {
      title,
      patch: [fix],
    });
    return false;
  }

  private reads(entry: NodeEntry): ReadonlySet<string> {
    let reads = this.readsOf.get(entry);
    if (!reads) this.readsOf.set(entry, (reads = new Set(entry.node?.reads)));
    return reads;
  }

  private checkStep(entry: NodeEntry, site: ExpressionSite, id: string, where: string): boolean {
    const intro = `${where}, the expression ${quote(site)} reads "steps.${short(id)}", but`;
    switch (this.rules.stepSight(id, entry)) {
      case 'visible':
        return true;
      case 'unknown': {
        const guess = this.findings.guess(id, this.index.nodes);
        this.findings.error(
          'E301',
          site.pointer,
          `${intro} there is no such node.${guess === undefined ? '' : ` Did you mean "${guess}"?`}`,
        );
        return false;
      }
      case 'later':
        this.findings.error(
          'E306',
          site.pointer,
          `${intro} "${id}" can never have run before "${entry.id}".`,
        );
        return false;
      case 'itself':
        this.findings.error(
          'E306',
          site.pointer,
          `${intro} that is the node itself. Its own result is "output", where it is known.`,
        );
        return false;
      case 'elsewhere':
        this.findings.error(
          'E306',
          site.pointer,
          `${intro} "${id}" is in another body or subflow, and steps inside one cannot be seen from outside.`,
        );
        return false;
    }
  }
}

function distinct(paths: readonly Path[]): Path[] {
  return [...new Map(paths.map((path) => [JSON.stringify(path.slice(0, 2)), path.slice(0, 2)])).values()];
}

function quote(site: ExpressionSite): string {
  return `“${short(site.source.replaceAll(/\s+/g, ' '))}”`;
}
