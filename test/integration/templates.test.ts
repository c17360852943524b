/** The templates that come with the app: sound, ready, drawn and rehearsed. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTemplates } from '../../electron/main/flows/templates';
import { createPure } from '../../electron/runtime/pure/create-pure';
import { simulateRun } from '../../electron/runtime/simulated-run';
import { serializeFlow } from '../../shared/spec/canonical';
import type { Flow } from '../../shared/spec/flow';
import { readinessOf } from '../../shared/spec/readiness';
import { validateText } from '../../shared/spec/validate';
import { geometryOf } from '../../renderer/canvas/geometry';
import { type Ended, endOf, readTemplateFile, SAMPLES, TEMPLATES, templateFlow } from '../fakes/template-run';

const ROOT = path.join(import.meta.dirname, '../..');
const IDS = [
  'csv-classification',
  'document-review',
  'invoice-approval',
  'planned-steps',
  'research-chain',
  'support-triage',
];
const pure = createPure();

test('the app finds all templates, each with a description and a sample input', async () => {
  const templates = await readTemplates(TEMPLATES);
  expect(templates.map((template) => template.id)).toEqual(IDS);
  for (const template of templates) {
    expect(template.description.length).toBeGreaterThan(40);
    expect(template.sampleInput).not.toBeNull();
  }
});

test('the sample run of the start script names files that exist', () => {
  const named =
    fs.readFileSync(path.join(ROOT, 'scripts/start.mjs'), 'utf8').match(/resources\/[\w./-]+\.json/g) ?? [];
  expect(named.length).toBe(3);
  expect(named.filter((file) => !fs.existsSync(path.join(ROOT, file)))).toEqual([]);
});

describe.each(IDS)('%s', (id) => {
  test('has nothing to complain about and is ready', () => {
    const report = validateText(readTemplateFile(id, 'flow.json'), pure);
    expect(report.problems).toEqual([]);
    expect(readinessOf(templateFlow(id), report.problems).score).toBe(100);
  });

  test('needs neither secrets nor hosts nor folders', () => {
    const { requirements } = validateText(readTemplateFile(id, 'flow.json'), pure);
    const { secrets, hosts, folders, mcpServers } = requirements ?? {};
    expect({ secrets, hosts, folders, mcpServers }).toEqual({
      secrets: [],
      hosts: [],
      folders: [],
      mcpServers: [],
    });
  });

  test('is written in canonical form', () => {
    const text = readTemplateFile(id, 'flow.json');
    expect(serializeFlow(JSON.parse(text))).toBe(text);
  });

  test('has a place for every node, and no two cards touch', () => {
    const flow = templateFlow(id);
    const places = flow.layout?.nodes ?? {};
    for (const graph of graphsOf(flow)) {
      const boxes = Object.entries(graph).map(([node, definition]) => {
        const { width, height } = geometryOf(definition, true);
        return { node, x: places[node]?.x ?? Number.NaN, y: places[node]?.y ?? Number.NaN, width, height };
      });
      expect(boxes.filter(({ x, y }) => Number.isNaN(x + y))).toEqual([]);
      const touching = boxes.flatMap((a, i) =>
        boxes
          .slice(i + 1)
          .filter(
            (b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height,
          )
          .map((b) => [a.node, b.node]),
      );
      expect(touching).toEqual([]);
    }
  });

  test('has a sample input that fits', () => {
    const flow = templateFlow(id);
    const input: unknown = JSON.parse(readTemplateFile(id, 'sample-input.json'));
    expect(pure.schema(flow.input ?? true, flow.schemas).check(input)).toEqual([]);
  });

  test('has a README that names only samples that exist', () => {
    const named = readTemplateFile(id, 'README.md').match(/`[\w-]+\.(txt|csv|json|md)`/g) ?? [];
    expect(named.length).toBeGreaterThan(2);
    const missing = named.filter((file) => !fs.existsSync(path.join(SAMPLES, id, file.replaceAll('`', ''))));
    expect(missing).toEqual([]);
  });

  test('tests a good run, a failure and a decision of a person', () => {
    const tests = templateFlow(id).tests ?? [];
    expect(tests.length).toBeGreaterThanOrEqual(3);
    expect(tests.some((one) => (one.faults ?? []).length === 0 && one.expect.status !== 'failed')).toBe(true);
    expect(tests.some((one) => (one.faults ?? []).length > 0)).toBe(true);
    expect(tests.some((one) => one.answers !== undefined)).toBe(true);
  });

  test.each((templateFlow(id).tests ?? []).map((one) => [one.name, one] as const))(
    'rehearsed: %s',
    (_name, one) => {
      const flow = templateFlow(id);
      const { events } = simulateRun({
        pure,
        flow,
        input: one.input ?? null,
        seed: flow.rehearsal?.seed ?? 1,
        faults: one.faults ?? [],
        answers: one.answers ?? {},
      });
      const ended: Partial<Ended> = endOf(events);
      const asked = Object.keys(one.expect) as (keyof Ended)[];
      expect(Object.fromEntries(asked.map((key) => [key, ended[key]]))).toEqual(one.expect);
    },
  );
});

function graphsOf(flow: Flow): Flow['nodes'][] {
  const inner = Object.values(flow.nodes).flatMap((node) => {
    if (node.kind === 'map' || node.kind === 'loop') return [node.body.nodes];
    return node.kind === 'planner' ? [node.catalogue.nodes] : [];
  });
  return [flow.nodes, ...inner];
}
