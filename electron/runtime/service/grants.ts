/**
 * What a person has allowed a flow to touch on this machine.
 *
 * G1. A grant belongs to one semantic hash: an edited flow asks again.
 * G2. A flow that needs more than was granted (another model chosen for a run) asks again.
 * G3. A grant holds what each MCP tool was at its first use; when one changes the flow asks again.
 * G4. Rehearsals and the models that work offline need nothing.
 */
import fs from 'node:fs';
import path from 'node:path';
import { type Json, jsonEquals } from '../../../shared/base/json';
import { Requirements } from '../../../shared/spec/problem';
import { z } from '../../../shared/spec/zod';
import { type AgreedTools, rememberTools } from '../tools/mcp/agreed-tools';

const GrantFile = z.record(
  z.string(),
  z.strictObject({
    grantedAt: z.number(),
    by: z.string(),
    granted: Requirements,
    /** Hash of the definition of each MCP tool, by server and name. */
    tools: z.record(z.string(), z.string()).optional(),
    /** A tool became something else: it has to be allowed again. */
    isOver: z.boolean().optional(),
  }),
);
type GrantFile = z.infer<typeof GrantFile>;
type Grant = GrantFile[string];

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
    const grant = this.of(semanticHash);
    return grant?.isOver ? undefined : grant?.granted;
  }

  /** On disk when it returns: a run with grants must not start on a promise. */
  set(semanticHash: string, granted: Requirements, by: string, grantedAt: number): void {
    this.write(semanticHash, { grantedAt, by, granted });
  }

  /** What the executor of MCP tools keeps here; what no grant is known for is remembered until the process ends. */
  agreedTools(): AgreedTools {
    const unkept = rememberTools();
    const grantOf = (flow: string | undefined) => (flow === undefined ? undefined : this.of(flow));
    return {
      get: (flow, tool) => {
        const grant = grantOf(flow);
        return grant ? grant.tools?.[tool] : unkept.get(flow, tool);
      },
      agree: (flow, tool, hash) => {
        const grant = grantOf(flow);
        if (flow === undefined || !grant) unkept.agree(flow, tool, hash);
        else this.write(flow, { ...grant, tools: { ...grant.tools, [tool]: hash } });
      },
      changed: (flow) => {
        const grant = grantOf(flow);
        if (flow !== undefined && grant && !grant.isOver) this.write(flow, { ...grant, isOver: true });
      },
    };
  }

  private of(semanticHash: string): Grant | undefined {
    return Object.hasOwn(this.grants, semanticHash) ? this.grants[semanticHash] : undefined;
  }

  private write(semanticHash: string, grant: Grant): void {
    this.grants = { ...this.grants, [semanticHash]: grant };
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
