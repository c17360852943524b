#!/usr/bin/env node
/**
 * `node scripts/check-package.mjs [binary]`: starts the packaged app with the fuses it ships with and takes the first steps
 * in it. Playwright cannot start such an app (`--inspect` is off), so it is driven over the debugging port of its window.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { chromium } from '@playwright/test';
import { hasDisplay, onDisplay } from './lib/display.mjs';
import { inRoot } from './lib/paths.mjs';
import { isRoot, run } from './lib/process.mjs';

const BINARIES = {
  darwin: 'mac/Baton.app/Contents/MacOS/Baton',
  linux: 'linux-unpacked/baton',
  win32: 'win-unpacked/baton.exe',
};
const WAIT_MS = 60_000;

const binary = path.resolve(process.argv[2] ?? inRoot('release', BINARIES[process.platform] ?? ''));

/** Chromium writes the port it chose into its data folder. */
async function debuggingPort(folder, child) {
  const file = path.join(folder, 'DevToolsActivePort');
  const endAt = Date.now() + WAIT_MS;
  while (Date.now() < endAt) {
    if (child.exitCode !== null) throw new Error(`The app ended with code ${child.exitCode}.`);
    if (fs.existsSync(file)) {
      const [port] = fs.readFileSync(file, 'utf8').split('\n');
      if (port) return port;
    }
    await setTimeout(100);
  }
  throw new Error('The app opened no window in time.');
}

async function firstSteps(page) {
  await page.getByRole('region', { name: 'Start from a template' }).getByRole('button').first().click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('button', { name: 'Rehearse instead' }).click();
  await page.getByRole('button', { name: 'Rehearse', exact: true }).click();
  await page.locator('.badge', { hasText: /^(Completed|Waits for a person)$/ }).waitFor({ timeout: WAIT_MS });
}

async function check() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'baton-check-'));
  const args = [
    `--user-data-dir=${folder}`,
    '--remote-debugging-port=0',
    ...(isRoot() ? ['--no-sandbox'] : []),
  ];
  const child = spawn(binary, args, { stdio: 'ignore' });
  try {
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${await debuggingPort(folder, child)}`);
    const context = browser.contexts()[0];
    const page = context?.pages()[0] ?? (await context?.waitForEvent('page', { timeout: WAIT_MS }));
    await firstSteps(page);
    await browser.close();
    console.log('check-package: a template opens, rehearses and ends');
  } finally {
    child.kill();
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

if (!fs.existsSync(binary)) throw new Error(`${binary} does not exist. Make it with: npm run package`);
if (hasDisplay()) await check();
else {
  const [command, all] = onDisplay(process.execPath, process.argv.slice(1));
  process.exitCode = await run(command, all);
}
