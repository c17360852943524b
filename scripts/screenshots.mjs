#!/usr/bin/env node
/**
 * `npm run screenshots [-- <width>x<height> <folder>]`: drives the built app through the template's first five minutes and
 * writes each screen, light and dark. Without arguments 1440×900 into docs/screenshots.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron } from '@playwright/test';
import { resolveElectron } from './electron.mjs';
import { hasDisplay, onDisplay } from './lib/display.mjs';
import { root } from './lib/paths.mjs';
import { run } from './lib/process.mjs';
import { setup } from './setup.mjs';

const [size = '1440x900', folder = path.join(root, 'docs', 'screenshots')] = process.argv.slice(2);
const [width = 1440, height = 900] = size.split('x').map(Number);

/** Opens the app, plays the template until a person is asked, and calls `shoot` on each screen. */
async function drive(page, shoot) {
  const rail = page.getByRole('navigation', { name: 'Main navigation' });
  const button = (name) => page.getByRole('button', { name, exact: true });
  const template = page.getByRole('region', { name: 'Start from a template' }).getByRole('button');
  await template.filter({ hasText: 'Support triage' }).first().click();
  const canvas = page.getByRole('application', { name: /^Drawing of the flow/ });
  await canvas.getByText('Resolver', { exact: true }).click();
  await shoot('designer');

  await button('Run').click();
  const form = page.getByRole('form');
  await form.getByRole('button', { name: 'Run', exact: true }).click();
  const allow = button('Allow and run');
  const asked = page.getByText('Waits for a person').first();
  await allow.or(asked).first().waitFor();
  if (await allow.isVisible()) await allow.click();
  await asked.waitFor();
  await canvas.focus();
  await page.keyboard.press('f');
  await canvas.blur();
  await shoot('run');

  await rail.getByRole('button', { name: /^Inbox/ }).click();
  await page.getByRole('article').first().waitFor();
  await shoot('inbox');
  await rehearseEveryTemplate(page);
  await failOnce(page);
  await rail.getByRole('button', { name: 'Runs' }).click();
  await page.getByText('Support triage').first().waitFor();
  await shoot('runs');
  await rail.getByRole('button', { name: 'Rehearsal' }).click();
  await page.getByRole('button', { name: /^Simulate/ }).click();
  await page.getByText('Path coverage').waitFor();
  await shoot('rehearsal');
  await rail.getByRole('button', { name: 'Dead letters' }).click();
  await page.getByRole('article').first().waitFor();
  await shoot('dead-letters');
  await rail.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('heading').first().waitFor();
  await shoot('settings');
  await rail.getByRole('button', { name: 'Home' }).click();
  await page.getByRole('region', { name: 'Your flows' }).waitFor();
  await shoot('home');
}

/** So that the list of runs has something to show. */
async function rehearseEveryTemplate(page) {
  await page.evaluate(async () => {
    const ask = (name, input) => window.baton.request(name, input).then((reply) => reply.value);
    const { templates } = await ask('flow.templates', {});
    for (const { document, sampleInput } of templates) {
      await ask('run.start', { document, input: sampleInput, mode: 'rehearsal', grant: true });
    }
  });
  await untilNothingRuns(page);
}

async function untilNothingRuns(page) {
  const running = () =>
    page.evaluate(() =>
      window.baton.request('run.list', { status: ['running'] }).then(({ value }) => value.total),
    );
  for (let left = await running(); left > 0; ) left = await running();
}

/** A parcel service that nobody answers for: its step ends among the dead letters. */
const parcelFlow = {
  format: 'baton.flow/1',
  id: 'parcel-status',
  name: 'Parcel status',
  version: '1.0.0',
  input: { type: 'object', properties: { parcel: { type: 'string' } } },
  context: { carrier: { schema: { enum: ['north', 'south'] }, merge: 'replace', initial: 'north' } },
  tools: {
    track: {
      kind: 'http',
      description: 'Asks the carrier where a parcel is',
      method: 'GET',
      url: 'http://127.0.0.1:9/parcels',
      query: { parcel: { $: 'args.parcel' } },
      allowHosts: ['127.0.0.1:9'],
      input: { type: 'object', required: ['parcel'], properties: { parcel: { type: 'string' } } },
      effect: 'read',
      policy: { retry: { maxAttempts: 3, initial: 'PT0.1S', jitter: false } },
    },
  },
  nodes: {
    start: { kind: 'start' },
    ask_carrier: {
      kind: 'tool',
      name: 'Ask the carrier',
      tool: 'track',
      reads: ['carrier'],
      args: { parcel: { $: 'input.parcel' } },
    },
    done: { kind: 'end', name: 'Answered', output: { $: 'steps.ask_carrier' } },
  },
  edges: [
    { from: 'start', port: 'next', to: 'ask_carrier' },
    { from: 'ask_carrier', port: 'next', to: 'done' },
  ],
};

async function failOnce(page) {
  await page.evaluate(
    (document) =>
      window.baton.request('run.start', {
        document,
        input: { parcel: 'BX-2207' },
        mode: 'live',
        grant: true,
      }),
    parcelFlow,
  );
  await untilNothingRuns(page);
}

async function takeAll() {
  await setup();
  mkdirSync(folder, { recursive: true });
  const home = mkdtempSync(path.join(tmpdir(), 'baton-screenshots-'));
  const { path: executablePath } = await resolveElectron({ quiet: true });
  const app = await _electron.launch({
    executablePath,
    args: ['.', `--user-data-dir=${home}`, '--force-device-scale-factor=1'],
    cwd: root,
  });
  try {
    const page = await app.firstWindow();
    await app.evaluate(
      ({ BrowserWindow }, [wide, high]) => BrowserWindow.getAllWindows()[0]?.setContentSize(wide, high),
      [width, height],
    );
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await drive(page, async (name) => {
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        await page.evaluate(() => document.fonts.ready.then(() => undefined));
        await page.mouse.move(0, height - 1);
        const file = path.join(folder, `${name}-${colorScheme}.png`);
        await page.screenshot({ path: file, animations: 'disabled', scale: 'css' });
        console.log(path.relative(root, file));
      }
      await page.emulateMedia({ colorScheme: 'light' });
    });
  } finally {
    await app.close();
    rmSync(home, { recursive: true, force: true });
  }
}

if (hasDisplay()) await takeAll();
else {
  const [command, all] = onDisplay(process.execPath, process.argv.slice(1));
  process.exitCode = await run(command, all);
}
