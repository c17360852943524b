/** From the bytes of a file to a document: decoded, parsed, within limits, migrated. What it means is checked elsewhere. */
import type { SerializedError } from '../base/app-error';
import { decodeUtf8, utf8Length } from '../base/utf8';
import { explainJsonFault, lineAndColumn } from './json-fault';
import { checkLimits, LIMITS } from './limits';
import { migrate, MIGRATIONS, type SpecMigration } from './migrations/registry';
import type { Problem } from './problem';
import { repeatedKeys } from './repeated-keys';
import { isRecord } from './schema-walk';

export const FORMAT_VERSION = 1;

export interface LoadedFlow {
  /**
   * The document as it stands in the file (unknown kinds, keys and extensions included), migrated to the current format.
   * Missing when it cannot be used at all: then `refusal` says why.
   */
  readonly document?: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
  /** Titles of the migrations that were needed; saving writes the newer format. */
  readonly migrations: readonly string[];
  /** The error a caller passes on: `spec/from-future` for a newer format, `spec/invalid` for everything else. */
  readonly refusal?: SerializedError;
}

/** Reads a flow file. Never throws, whatever the bytes are. */
export function loadFlow(
  source: string | Uint8Array,
  registry: readonly SpecMigration[] = MIGRATIONS,
): LoadedFlow {
  const text = readText(source);
  if (typeof text !== 'string') return refused(text);
  const document = parse(text);
  if ('code' in document) return refused(document);
  const limits = checkLimits(document.value);
  const [first] = limits.problems;
  if (limits.refused && first) return refused(first);
  if (!isRecord(document.value)) {
    return refused(noObject());
  }
  const format = checkFormat(document.value);
  if (format.problem) return refused(format.problem, format.isNewer ? 'spec/from-future' : 'spec/invalid');
  const [lost, ...more] = twiceTheSame(text);
  if (lost) return { ...refused(lost), problems: [lost, ...more] };
  if (format.version === undefined || format.version === FORMAT_VERSION) {
    return { document: document.value, problems: limits.problems, migrations: [] };
  }
  const migrated = migrate(document.value, format.version, FORMAT_VERSION, registry);
  if (!migrated) return refused(tooOld(format.version));
  return { document: migrated.document, problems: limits.problems, migrations: migrated.applied };
}

/** E211 for each key that stands twice in one object: only the last of its values is read, so saving would lose the others. */
function twiceTheSame(text: string): Problem[] {
  return repeatedKeys(text).map(({ key, pointer, offset }) => {
    const message = `${JSON.stringify(key.slice(0, 80))} stands twice in the same object, the second time in line ${lineAndColumn(text, offset).line}; only the last would count. Give one of them another name, or remove it.`;
    return problem('E211', pointer, message);
  });
}

/** E104 for a document that is no object at all. */
export function noObject(): Problem {
  return problem('E104', '', 'A flow is one JSON object { … }, but this is something else.');
}

export interface FormatCheck {
  /** Undefined when `format` is missing or no text, which the shape check reports. */
  readonly version?: number;
  readonly problem?: Problem;
  readonly isNewer?: boolean;
}

/** Reads `format`: E108 for a newer one and for one that is none of ours. An older one is for the caller to judge. */
export function checkFormat(document: Readonly<Record<string, unknown>>): FormatCheck {
  const format = document['format'];
  if (typeof format !== 'string') return {};
  const match = /^baton\.flow\/(0|[1-9]\d{0,8})$/.exec(format);
  if (!match) {
    const message = `The format ${JSON.stringify(format.slice(0, 60))} is not one of ours. A flow has "format": "baton.flow/${FORMAT_VERSION}".`;
    return { problem: problem('E108', '/format', message) };
  }
  const version = Number(match[1]);
  if (version <= FORMAT_VERSION) return { version };
  const message = `This flow is written in format ${version}; this app knows formats up to ${FORMAT_VERSION}. Open it with a newer version of Baton.`;
  return { version, isNewer: true, problem: problem('E108', '/format', message) };
}

/** E108 for a format that is older than the first migration. */
export function tooOld(version: number): Problem {
  return problem(
    'E108',
    '/format',
    `This flow is written in format ${version}, which is too old to be brought to format ${FORMAT_VERSION}.`,
  );
}

function readText(source: string | Uint8Array): string | Problem {
  if (typeof source === 'string') {
    if (source.length > LIMITS.sizeBytes || utf8Length(source) > LIMITS.sizeBytes) return tooLarge();
    return source.startsWith('\ufeff') ? source.slice(1) : source;
  }
  if (source.length > LIMITS.sizeBytes) return tooLarge();
  const text = decodeUtf8(source);
  if (text.ok) return text.value.startsWith('\ufeff') ? text.value.slice(1) : text.value;
  const isUtf16 = (source[0] === 0xff && source[1] === 0xfe) || (source[0] === 0xfe && source[1] === 0xff);
  const found = isUtf16 ? 'it is UTF-16' : `byte ${text.error.offset + 1} does not fit`;
  return problem('E101', '', `The file is not UTF-8 (${found}). Save it as UTF-8 and open it again.`);
}

function parse(text: string): { readonly value: unknown } | Problem {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    // The engine's own sentence differs from version to version; ours is found from the text.
    const fault = explainJsonFault(text);
    const { line, column } = lineAndColumn(text, fault.offset);
    return problem('E101', '', `The file is not JSON: line ${line}, column ${column}: ${fault.message}.`);
  }
}

function tooLarge(): Problem {
  return problem(
    'E107',
    '',
    `The file is larger than ${LIMITS.sizeBytes / 1024 / 1024} MiB, the most a flow may have.`,
  );
}

function problem(code: string, pointer: string, message: string): Problem {
  return { code, severity: 'error', pointer, message };
}

function refused(cause: Problem, code = 'spec/invalid'): LoadedFlow {
  return {
    problems: [cause],
    migrations: [],
    refusal: { code, message: cause.message, details: { problem: cause.code } },
  };
}
