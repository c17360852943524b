#!/usr/bin/env node
/**
 * `npm test`: everything that has to hold, in one go, from a fresh clone. Goes on after a failure, so that
 * one run tells all. The last line is `N passed, N failed`; a check such as lint counts as one test.
 *
 *   --no-e2e   leaves out the tests that start the app (`npm run check`)
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runPlaywright } from './lib/e2e.mjs';
import { inRoot } from './lib/paths.mjs';
import { packageBin, run } from './lib/process.mjs';
import { playwrightCounts, vitestCounts } from './lib/test-counts.mjs';
import { setup } from './setup.mjs';
import { PROJECTS, typecheck } from './typecheck.mjs';

const reports = fs.mkdtempSync(path.join(os.tmpdir(), 'baton-test-'));

function asOneTest(code) {
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

function check(title, ...command) {
  return { title, run: async () => asOneTest(await run(process.execPath, command)) };
}

async function runSetup() {
  try {
    await setup();
    return asOneTest(0);
  } catch (error) {
    console.error(`setup: ${error.message}`);
    return asOneTest(1);
  }
}

async function runVitest() {
  const file = path.join(reports, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const env = { ...process.env, NODE_ENV: 'test' }; // React has no test tools in production
  const code = await run(process.execPath, [packageBin('vitest'), 'run', ...reporters], { env });
  return vitestCounts(file, code);
}

async function runEndToEnd() {
  const file = path.join(reports, 'playwright.json');
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file };
  const code = await runPlaywright(['--reporter=list,json'], env);
  return playwrightCounts(file, code);
}

/** Only once node_modules is there: the commands' paths are read from the packages. */
function stages({ hasEndToEnd }) {
  const list = [
    check('Format', packageBin('@biomejs/biome', 'biome'), 'format'),
    check('Lint', packageBin('oxlint'), '--deny-warnings'),
    check('Nothing unused', packageBin('knip')),
    ...PROJECTS.map((project) => ({
      title: `Types of ${project}`,
      run: async () => asOneTest(await typecheck(project)),
    })),
  ];
  if (fs.existsSync(inRoot('scripts/gen.mjs')))
    list.push(check('Generated files', inRoot('scripts/gen.mjs'), '--check'));
  list.push({ title: 'Unit, integration, command line, architecture', run: runVitest });
  if (hasEndToEnd) list.push({ title: 'End to end', run: runEndToEnd });
  return list;
}

const results = [];

async function runStage({ title, run: runIt }) {
  console.log(`\n=== ${title}`);
  const startedAt = performance.now();
  const counts = await runIt();
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`--- ${title}: ${counts.failed ? 'FAILED' : 'ok'} (${seconds.toFixed(1)} s)`);
  results.push({ title, seconds, ...counts });
  return counts;
}

function sum(key) {
  return results.reduce((total, result) => total + result[key], 0);
}

function report() {
  console.log('\n=== Summary');
  for (const { title, seconds, passed, failed, skipped } of results) {
    const skippedText = skipped ? `, ${skipped} skipped` : '';
    const mark = failed ? 'FAILED' : 'ok    ';
    console.log(
      `${mark} ${seconds.toFixed(1).padStart(6)} s  ${title}: ${passed} passed, ${failed} failed${skippedText}`,
    );
  }
  const skipped = sum('skipped');
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped ? `, ${skipped} skipped` : ''}`);
}

const prepared = await runStage({ title: 'Setup and build', run: runSetup });
// A build that failed still lets lint and unit tests say why; without packages nothing can run.
if (prepared.failed === 0 || fs.existsSync(inRoot('node_modules/.package-lock.json'))) {
  const hasEndToEnd = !process.argv.includes('--no-e2e') && fs.existsSync(inRoot('test/e2e'));
  for (const stage of stages({ hasEndToEnd })) await runStage(stage);
}
fs.rmSync(reports, { recursive: true, force: true });
report();
process.exitCode = sum('failed') === 0 ? 0 : 1;
