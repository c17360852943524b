/**
 * The readiness report: how far a valid flow is from one that can be left alone with real work. Every number is a share
 * of things that can be counted in the document; nothing is a matter of taste or of a model's opinion.
 *
 * R1. An area's score is the share of its checks that hold, in percent; the whole is the weighted mean of its areas.
 * R2. Each check that does not hold is one finding (`W46x`) that says what to do. Warnings of the validator are findings
 *     of the area they belong to and cost it as much as one check.
 */
import { type FailureMode, failureModes } from './failure-modes';
import type { Flow } from './flow';
import type { Problem } from './problem';
import { limitChecks, peopleChecks, effectChecks } from './readiness-bounds';
import { type Check, everyFlowNode } from './readiness-parts';
import { contractChecks, documentationChecks, qualityChecks, testChecks } from './readiness-contracts';

export const READINESS_AREAS = [
  'failures',
  'contracts',
  'limits',
  'effects',
  'quality',
  'people',
  'tests',
  'documentation',
] as const;
export type ReadinessArea = (typeof READINESS_AREAS)[number];

const WEIGHTS: Readonly<Record<ReadinessArea, number>> = {
  failures: 3,
  contracts: 2,
  limits: 2,
  effects: 2,
  quality: 2,
  people: 1,
  tests: 2,
  documentation: 1,
};
const CODES: Readonly<Record<ReadinessArea, string>> = {
  failures: 'W461',
  contracts: 'W462',
  limits: 'W463',
  effects: 'W464',
  quality: 'W465',
  people: 'W466',
  tests: 'W467',
  documentation: 'W468',
};

/** Warnings of the validator that a check here already counts. */
const COUNTED: ReadonlySet<string> = new Set(['W401', 'W402', 'W403', 'W405']);

export interface ReadinessFinding extends Problem {
  readonly area: ReadinessArea;
}

export interface ReadinessReport {
  /** 0 to 100. */
  readonly score: number;
  readonly areas: Readonly<
    Record<ReadinessArea, { readonly score: number; readonly passed: number; readonly checks: number }>
  >;
  readonly findings: readonly ReadinessFinding[];
  readonly failureModes: readonly FailureMode[];
}

/** `problems` are what the validator says about the same document. */
export function readinessOf(flow: Flow, problems: readonly Problem[] = []): ReadinessReport {
  const modes = failureModes(flow);
  const checks: Readonly<Record<ReadinessArea, readonly Check[]>> = {
    failures: failureChecks(flow, modes),
    contracts: contractChecks(flow),
    limits: limitChecks(flow),
    effects: effectChecks(flow),
    quality: qualityChecks(flow),
    people: peopleChecks(flow),
    tests: testChecks(flow),
    documentation: documentationChecks(flow),
  };
  const warnings = problems
    .filter((problem) => problem.severity === 'warning' && !COUNTED.has(problem.code))
    .map(fromWarning);
  const findings = READINESS_AREAS.flatMap((area) => [
    ...checks[area].filter((check) => !check.ok).map((check) => fromCheck(area, check)),
    ...warnings.filter((finding) => finding.area === area),
  ]);
  const areas = Object.fromEntries(
    READINESS_AREAS.map((area) => {
      const count = checks[area].length + warnings.filter((finding) => finding.area === area).length;
      const passed = checks[area].filter((check) => check.ok).length;
      return [area, { score: count === 0 ? 100 : Math.round((100 * passed) / count), passed, checks: count }];
    }),
  ) as ReadinessReport['areas']; // one entry per area of the list
  return { score: weightedMean(areas), areas, findings, failureModes: modes };
}

function weightedMean(areas: ReadinessReport['areas']): number {
  let sum = 0;
  let weights = 0;
  for (const area of READINESS_AREAS) {
    if (areas[area].checks === 0) continue; // nothing of this sort is in the flow
    sum += areas[area].score * WEIGHTS[area];
    weights += WEIGHTS[area];
  }
  return Math.round(sum / weights); // some areas always have checks, so there is a weight
}

/** One check a node: every ordinary way it can fail ends at something drawn. */
function failureChecks(flow: Flow, modes: readonly FailureMode[]): readonly Check[] {
  return everyFlowNode(flow).flatMap(({ id, node, pointer }) => {
    const own = modes.filter((mode) => mode.node === id);
    if (own.length === 0) return [];
    const open = own.filter((mode) => !mode.handled);
    const kinds = open.map((mode) => mode.kind).join(', ');
    const ends = open.some((mode) => mode.ends === 'undo') ? 'undoes what was done and fails' : 'fails';
    const hint = 'Draw a fallback, or let onFailure ask a person.';
    return [
      {
        ok: open.length === 0,
        node: id,
        pointer,
        message: `When “${node.name ?? id}” fails (${kinds}), the run ${ends}. ${hint}`,
      },
    ];
  });
}

function fromCheck(area: ReadinessArea, check: Check): ReadinessFinding {
  const node = check.node === undefined ? {} : { node: check.node };
  return {
    area,
    code: CODES[area],
    severity: 'warning',
    pointer: check.pointer,
    message: check.message,
    ...node,
  };
}

const AREA_OF_WARNING: Readonly<Record<string, ReadinessArea>> = {
  W404: 'quality',
  W406: 'documentation',
  W421: 'tests',
};

function fromWarning(problem: Problem): ReadinessFinding {
  return { ...problem, area: AREA_OF_WARNING[problem.code] ?? 'contracts' };
}
