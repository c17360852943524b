/** Where the parts of the runtime's process are put together: the only file here that names the real ones. */
import { randomInt, randomUUID } from 'node:crypto';
import { semanticHash } from '../../../shared/spec/hashes';
import { loadFlow } from '../../../shared/spec/load';
import { requirementsOf } from '../../../shared/spec/requirements';
import { validateFlow } from '../../../shared/spec/validate';
import { openStore } from '../../store/open-store';
import { createExecutors } from '../executors/create-executors';
import { exportFlow } from '../export/export-flow';
import { exportRun } from '../export/export-run';
import { createPure } from '../pure/create-pure';
import { createRuntime, ENGINE_VERSION } from '../runtime';
import { simulate } from '../simulator';
import { flowFigures } from './figures';
import { type AgreedTools, rememberTools } from '../tools/mcp/agreed-tools';
import type { HostTools } from './host';
import type { LabTools } from './lab/lab-jobs';

/** The largest seed that is still a whole number for everyone who reads the record. */
const MAX_SEED = 2 ** 31;

export function hostTools(): HostTools {
  const pure = createPure();
  let agreed = rememberTools();
  const agreedTools: AgreedTools = {
    get: (flow, tool) => agreed.get(flow, tool),
    agree: (flow, tool, hash) => agreed.agree(flow, tool, hash),
    changed: (flow) => agreed.changed(flow),
  };
  const executors = createExecutors({ pure, agreedTools });
  return {
    pure,
    executors,
    engineVersion: ENGINE_VERSION,
    requirements: requirementsOf,
    semanticHash: (flow) => semanticHash(flow, pure.sha256),
    openStore: (file, durable) =>
      openStore(file, { mode: 'auto', synchronous: durable, clock: () => Date.now() }),
    createRuntime,
    entropy: { seed: () => randomInt(1, MAX_SEED), runId: () => randomUUID() },
    closeExecutors: () => executors.close(),
    keepAgreedTools: (kept) => {
      agreed = kept;
    },
  };
}

export function labTools(): LabTools {
  const pure = createPure();
  return {
    pure,
    loadFlow,
    validate: (document) => validateFlow(document, pure),
    simulate: (input) => simulate({ ...input, pure }),
    exportFlow: ({ document, target }) =>
      exportFlow(document, target, { sha256: pure.sha256, requirements: requirementsOf }),
    exportRun: ({ database, runId, target, secrets }) => {
      const store = openStore(database, { mode: 'reader', clock: () => Date.now() });
      try {
        return exportRun(store, runId, target, { secrets });
      } finally {
        store.close();
      }
    },
    figures: ({ database, flowId }) => {
      const store = openStore(database, { mode: 'reader', clock: () => Date.now() });
      try {
        return flowFigures(store, flowId);
      } finally {
        store.close();
      }
    },
    copyRuns: ({ database, file }) => {
      const store = openStore(database, { mode: 'reader', clock: () => Date.now() });
      try {
        store.backupTo(file);
      } finally {
        store.close();
      }
    },
  };
}
