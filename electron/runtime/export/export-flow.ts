/** A flow as files others can use. */
import { AppError } from '../../../shared/base/app-error';
import type { Pure } from '../../../shared/ports/pure';
import { canonicalFlow, serializeFlow } from '../../../shared/spec/canonical';
import type { Flow } from '../../../shared/spec/flow';
import { interfaceHash, semanticHash } from '../../../shared/spec/hashes';
import { flowJsonSchema } from '../../../shared/spec/json-schema';
import type { Requirements } from '../../../shared/spec/problem';
import { requirementsOf } from '../../../shared/spec/requirements';
import { BUNDLE_VERSION, generator, manifestFiles } from './bundle';
import {
  type ExportedFile,
  type ExportResult,
  fileName,
  jsonFile,
  type Loss,
  sha256Of,
  textFile,
} from './files';
import { markdownOf } from './markdown';
import { mermaidOf } from './mermaid';
import { writeZip } from './zip';

export const FLOW_TARGETS = ['json', 'bundle', 'markdown', 'mermaid'] as const;
export type FlowTarget = (typeof FLOW_TARGETS)[number];

export interface ExportFlowDeps {
  readonly sha256?: Pure['sha256'];
  readonly requirements?: (flow: Flow) => Requirements;
  /** Cassettes the flow's tests name, by the path the tests use. */
  readonly recordings?: ReadonlyMap<string, Uint8Array>;
}

export function exportFlow(flow: Flow, target: FlowTarget, deps: ExportFlowDeps = {}): ExportResult {
  const name = fileName(flow.id);
  switch (target) {
    case 'json':
      return { files: [textFile(`${name}.json`, serializeFlow(flow))], losses: [] };
    case 'mermaid':
      return { files: [textFile(`${name}.mmd`, mermaidOf(flow))], losses: mermaidLosses(flow) };
    case 'markdown':
      return {
        files: [textFile(`${name}.md`, markdownOf(flow, factsOf(flow, deps)))],
        losses: markdownLosses(flow),
      };
    case 'bundle':
      return flowBundle(flow, name, deps);
    default:
      throw new AppError('export/unknown-target', `A flow cannot be exported as ${JSON.stringify(target)}.`, {
        hint: `Use one of: ${FLOW_TARGETS.join(', ')}.`,
      });
  }
}

function factsOf(flow: Flow, deps: ExportFlowDeps) {
  const sha256 = deps.sha256 ?? sha256Of;
  return {
    semanticHash: semanticHash(flow, sha256),
    interfaceHash: interfaceHash(flow, sha256),
    requirements: (deps.requirements ?? requirementsOf)(flow),
  };
}

function flowBundle(flow: Flow, name: string, deps: ExportFlowDeps): ExportResult {
  const facts = factsOf(flow, deps);
  const { files: recordings, losses } = recordingsOf(flow, deps.recordings ?? new Map());
  const files: ExportedFile[] = [
    textFile('flow.json', serializeFlow(flow)),
    jsonFile('flow.schema.json', flowJsonSchema()),
    textFile('README.md', markdownOf(flow, facts)),
    ...recordings,
  ];
  const manifest = jsonFile('manifest.json', {
    kind: 'flow',
    bundleVersion: BUNDLE_VERSION,
    flow: { id: flow.id, name: flow.name, version: flow.version, format: flow.format },
    semanticHash: facts.semanticHash,
    interfaceHash: facts.interfaceHash,
    requirements: facts.requirements,
    generator: generator(),
    files: manifestFiles(files),
  });
  return { files: [{ path: `${name}.baton.zip`, bytes: writeZip([manifest, ...files]) }], losses };
}

/** Where a cassette a test names lies inside a bundle: below `recordings/`, without leading dots and slashes. */
export function recordingPath(cassette: string): string {
  const parts = cassette.replaceAll('\\', '/').split('/');
  const safe = parts
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .map((part) => part.replace(/[^A-Za-z0-9._-]+/g, '-'));
  return `recordings/${safe.join('/') || 'cassette.jsonl'}`;
}

function recordingsOf(
  flow: Flow,
  given: ReadonlyMap<string, Uint8Array>,
): { files: ExportedFile[]; losses: Loss[] } {
  const files = new Map<string, ExportedFile>();
  const losses: Loss[] = [];
  for (const [index, test] of (flow.tests ?? []).entries()) {
    if (test.cassette === undefined) continue;
    const bytes = given.get(test.cassette);
    const path = recordingPath(test.cassette);
    if (bytes) files.set(path, { path, bytes });
    else
      losses.push({
        path: `/tests/${index}/cassette`,
        what: `the recording ${test.cassette}`,
        how: 'left out: the file was not found',
      });
  }
  return { files: [...files.values()], losses };
}

function mermaidLosses(flow: Flow): Loss[] {
  const rest = Object.keys(canonicalFlow(flow)).filter((key) => PICTURED.indexOf(key) === -1);
  return rest.map((key) => ({
    path: `/${key}`,
    what: `everything in ${key}`,
    how: 'left out: a picture shows nodes and edges only',
  }));
}

const PICTURED: readonly string[] = [
  'format',
  'id',
  'name',
  'version',
  'nodes',
  'edges',
  'subflows',
  'layout',
];

function markdownLosses(flow: Flow): Loss[] {
  const losses: Loss[] = [];
  const lost = (path: string, what: string, isThere: boolean): void => {
    if (isThere)
      losses.push({ path, what, how: 'left out: a document for people; the JSON and the bundle hold it' });
  };
  lost('/layout', 'positions and notes', flow.layout !== undefined);
  lost('/rehearsal', 'rehearsal values', flow.rehearsal !== undefined);
  lost('/schemas', 'named schemas', flow.schemas !== undefined);
  lost('/extensions', 'extensions', flow.extensions !== undefined);
  lost('/agents', 'instructions and prompts', Object.keys(flow.agents ?? {}).length > 0);
  return losses;
}
