/**
 * What a person has allowed a flow to touch on this machine.
 *
 * G1. A grant belongs to one semantic hash: an edited flow asks again.
 * G2. A flow that needs more than was granted (another model chosen for a run) asks again.
 * G3. Rehearsals and the models that work offline need nothing.
 */
import fs from 'node:fs';
import path from 'node:path';
import { type Json, jsonEquals } from '../../../shared/base/json';
import { Requirements } from '../../../shared/spec/problem';
import { z } from '../../../shared/spec/zod';

const GrantFile = z.record(
  z.string(),
  z.strictObject({ grantedAt: z.number(), by: z.string(), granted: Requirements }),
);
type GrantFile = z.infer<typeof GrantFile>;

const OFFLINE_PROVIDERS: ReadonlySet<string> = new Set(['builtin', 'simulated']);
const HARMLESS_TOOLS: ReadonlySet<string> = new Set(['code', 'builtin']);

/** The part of the requirements a person has to agree to. */
export function wantsOf(requirements: Requirements): Requirements {
  return {
    ...requirements,
    models: requirements.models.filter((model) => !OFFLINE_PROVIDERS.has(model.provider)),
    tools: requirements.tools.filter((tool) => !HARMLESS_TOOLS.has(tool.kind)),
  };
}

export function isNothing(wants: Requirements): boolean {
  return Object.values(wants).every((list) => list.length === 0);
}

/** Whether everything wanted was granted. */
export function covers(granted: Requirements, wants: Requirements): boolean {
  return (Object.keys(wants) as (keyof Requirements)[]).every((part) => {
    const allowed = granted[part] as readonly Json[];
    return (wants[part] as readonly Json[]).every((wanted) =>
      allowed.some((item) => jsonEquals(item, wanted)),
    );
  });
}

export class GrantStore {
  private readonly file: string;
  private grants: GrantFile;

  constructor(file: string) {
    this.file = file;
    this.grants = read(file);
  }

  get(semanticHash: string): Requirements | undefined {
    return Object.hasOwn(this.grants, semanticHash) ? this.grants[semanticHash]?.granted : undefined;
  }

  /** On disk when it returns: a run with grants must not start on a promise. */
  set(semanticHash: string, granted: Requirements, by: string, grantedAt: number): void {
    this.grants = { ...this.grants, [semanticHash]: { grantedAt, by, granted } };
    const temporary = path.join(path.dirname(this.file), `.${path.basename(this.file)}.tmp`);
    fs.writeFileSync(temporary, `${JSON.stringify(this.grants, null, 2)}\n`, { mode: 0o600, flush: true });
    fs.renameSync(temporary, this.file);
  }
}

/** A damaged file grants nothing: people are asked again. */
function read(file: string): GrantFile {
  if (!fs.existsSync(file)) return {};
  try {
    return GrantFile.safeParse(JSON.parse(fs.readFileSync(file, 'utf8'))).data ?? {};
  } catch {
    return {}; // not JSON: as damaged as any other
  }
}
