/** A finding about a document: what, where, and how to mend it. */
import { JsonValue } from './values';
import { z } from './zod';

/** RFC 6902 operations that mend the problem when applied to the document. */
export const PatchOp = z.strictObject({
  op: z.enum(['add', 'remove', 'replace']),
  path: z.string(),
  value: JsonValue.optional(),
});
export type PatchOp = z.infer<typeof PatchOp>;

export const Problem = z.strictObject({
  /** `E1xx` shape, `E2xx` graph, `E3xx` contract, `W4xx` readiness. */
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  /** JSON Pointer into the document. */
  pointer: z.string(),
  message: z.string(),
  /** The node it is about, where there is one, so that a screen can go there. */
  node: z.string().optional(),
  fix: z.strictObject({ title: z.string(), patch: z.array(PatchOp) }).optional(),
});
export type Problem = z.infer<typeof Problem>;

/** What a flow needs from the machine it runs on; derived, never stored in the document. */
export const Requirements = z.strictObject({
  secrets: z.array(z.strictObject({ name: z.string(), usedBy: z.array(z.string()) })),
  models: z.array(
    z.strictObject({
      name: z.string(),
      provider: z.string(),
      model: z.string(),
      baseURL: z.string().optional(),
    }),
  ),
  tools: z.array(z.strictObject({ name: z.string(), kind: z.string(), effect: z.string() })),
  mcpServers: z.array(
    z.strictObject({
      name: z.string(),
      transport: z.string(),
      command: z.string().optional(),
      url: z.string().optional(),
    }),
  ),
  hosts: z.array(z.string()),
  folders: z.array(z.strictObject({ path: z.string(), access: z.enum(['read', 'write']) })),
});
export type Requirements = z.infer<typeof Requirements>;

export const ValidationReport = z.strictObject({
  valid: z.boolean(),
  semanticHash: z.string().optional(),
  interfaceHash: z.string().optional(),
  problems: z.array(Problem),
  requirements: Requirements.optional(),
});
export type ValidationReport = z.infer<typeof ValidationReport>;
