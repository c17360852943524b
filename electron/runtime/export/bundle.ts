/** What flow bundles and run bundles share. A bundle is a zip with `manifest.json` at its root. */
import { AppError } from '../../../shared/base/app-error';
import { z } from '../../../shared/spec/zod';
import { version } from '../../../package.json';
import { type ExportedFile, mediaTypeOf, sha256Of } from './files';
import { readZip } from './zip';

export const BUNDLE_VERSION = 1;
export const BUNDLE_SCHEMA_ID = 'urn:baton:schema:bundle:1';

const ManifestFile = z.strictObject({
  path: z.string(),
  mediaType: z.string(),
  bytes: z.int().min(0),
  sha256: z.string(),
});

/** What every reader needs; the rest of a manifest differs by kind. */
export const Manifest = z.looseObject({
  kind: z.enum(['flow', 'run']),
  bundleVersion: z.int().min(1),
  generator: z.strictObject({ name: z.string(), version: z.string() }),
  files: z.array(ManifestFile),
});
export type Manifest = z.infer<typeof Manifest>;

export function generator(): { readonly name: string; readonly version: string } {
  return { name: 'baton', version };
}

export function manifestFiles(files: readonly ExportedFile[]): readonly z.infer<typeof ManifestFile>[] {
  return files.map(({ path, bytes }) => ({
    path,
    mediaType: mediaTypeOf(path),
    bytes: bytes.byteLength,
    sha256: sha256Of(bytes),
  }));
}

export interface OpenedBundle {
  readonly manifest: Manifest;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Opens a bundle and checks every file against its manifest. @throws AppError `bundle/invalid`, `spec/from-future`. */
export function openBundle(bytes: Uint8Array): OpenedBundle {
  const files = readZip(bytes);
  const manifest = readManifest(files.get('manifest.json'));
  for (const entry of manifest.files) {
    const file = files.get(entry.path);
    if (!file) throw invalid(`${entry.path} is missing`);
    if (sha256Of(file) !== entry.sha256)
      throw invalid(`${entry.path} is not what the manifest says; it was changed or damaged`);
  }
  const listed = new Set(manifest.files.map((entry) => entry.path));
  const extra = [...files.keys()].find((path) => path !== 'manifest.json' && !listed.has(path));
  if (extra !== undefined) throw invalid(`${extra} is not in its manifest`);
  return { manifest, files };
}

function readManifest(bytes: Uint8Array | undefined): Manifest {
  if (!bytes) throw invalid('it has no manifest.json');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw invalid('its manifest.json is not JSON', cause);
  }
  const found = z.looseObject({ bundleVersion: z.number() }).safeParse(value);
  if (found.success && found.data.bundleVersion > BUNDLE_VERSION) {
    const { bundleVersion } = found.data;
    throw new AppError(
      'spec/from-future',
      `This bundle (version ${bundleVersion}) was made by a newer Baton; this one reads up to version ${BUNDLE_VERSION}.`,
    );
  }
  const manifest = Manifest.safeParse(value);
  if (manifest.success) return manifest.data;
  const [issue] = manifest.error.issues;
  throw invalid(`its manifest.json is wrong at /${issue?.path.join('/') ?? ''}: ${issue?.message ?? ''}`);
}

function invalid(why: string, cause?: unknown): AppError {
  return new AppError('bundle/invalid', `This bundle cannot be used: ${why}.`, { cause });
}
