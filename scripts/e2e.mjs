#!/usr/bin/env node
/** `npm run e2e [-- playwright's arguments]`. BATON_PACKAGED=<binary> tests a packaged app instead. */
import { runPlaywright } from './lib/e2e.mjs';
import { setup } from './setup.mjs';

await setup({ build: !process.env.BATON_PACKAGED });
process.exitCode = await runPlaywright(process.argv.slice(2));
