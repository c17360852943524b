/** The form of a node as data. `renderer/inspector` draws each control; nothing here knows how. */
import type { SharedPart } from './define';

/** Sections of the inspector, in the order they are shown. */
export const INSPECTOR_SECTIONS = ['main', 'result', 'data', 'failure', 'limits', 'more'] as const;
export type InspectorSection = (typeof INSPECTOR_SECTIONS)[number];

interface FieldBase {
  /** Dotted path in the node. */
  readonly path: string;
  readonly label: string;
  readonly help?: string;
  readonly section?: InspectorSection;
  readonly required?: boolean;
  /** Shown only while the value at `path` is one of these (`undefined` stands for a missing value), or is none of `not`. */
  readonly showIf?: {
    readonly path: string;
    readonly is?: readonly (string | undefined)[];
    readonly not?: readonly (string | undefined)[];
  };
}

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly help?: string;
}

/** Where a reference points. */
export type RefTarget = 'agent' | 'tool' | 'model' | 'policy' | 'subflow' | 'node' | 'context' | 'server';

export type InspectorField = FieldBase &
  (
    | { readonly control: 'text'; readonly placeholder?: string }
    | { readonly control: 'textarea'; readonly placeholder?: string }
    | { readonly control: 'template'; readonly placeholder?: string }
    | { readonly control: 'expression'; readonly placeholder?: string }
    | { readonly control: 'expressions' }
    | { readonly control: 'mapping' }
    /** A value as it stands, in the form of the shape at another path. */
    | { readonly control: 'value'; readonly schemaAt: string }
    | { readonly control: 'env' }
    | { readonly control: 'builtin' }
    | { readonly control: 'duration' }
    | {
        readonly control: 'number';
        readonly min?: number;
        readonly max?: number;
        readonly step?: number;
        readonly unit?: string;
        readonly fallback?: number;
      }
    | { readonly control: 'select'; readonly options: readonly Option[]; readonly fallback?: string }
    | { readonly control: 'toggle' /** What a missing value means. */; readonly fallback?: boolean }
    | { readonly control: 'schema' }
    | { readonly control: 'list'; readonly placeholder?: string }
    | { readonly control: 'code' }
    | { readonly control: 'ref'; readonly to: RefTarget; readonly many?: boolean }
    | { readonly control: 'port' }
    | { readonly control: 'cases' }
    | { readonly control: 'choices' }
    | { readonly control: 'join' }
    /** A length of time, or a moment: one of the two. */
    | { readonly control: 'wait' }
    | { readonly control: 'body' }
    | { readonly control: 'review' }
    | { readonly control: 'human' }
    | { readonly control: 'reads' }
    | { readonly control: 'writes' }
    | { readonly control: 'policy'; readonly withRetry: boolean }
    | { readonly control: 'budget' }
    | { readonly control: 'gate' }
    | { readonly control: 'compensate' }
  );

const PARTS: Readonly<Record<Exclude<SharedPart, 'retry'>, InspectorField>> = {
  reads: {
    control: 'reads',
    path: 'reads',
    section: 'data',
    label: 'May read',
    help: 'Only these pieces of shared state are visible to this node.',
  },
  writes: {
    control: 'writes',
    path: 'writes',
    section: 'data',
    label: 'Writes',
    help: 'What it stores in shared state when it has finished. “output” is its own result.',
  },
  policy: { control: 'policy', path: 'policy', section: 'failure', label: 'Policy', withRetry: false },
  gate: {
    control: 'gate',
    path: 'gate',
    section: 'failure',
    label: 'Quality gate',
    help: 'A result that does not pass counts as a failure.',
  },
  compensate: {
    control: 'compensate',
    path: 'compensate',
    section: 'failure',
    label: 'Undo with',
    help: 'Called in reverse order when a failed run undoes what it did.',
  },
  budget: { control: 'budget', path: 'budget', section: 'limits', label: 'Budget of this node' },
  disabled: {
    control: 'toggle',
    path: 'disabled',
    section: 'more',
    label: 'Switched off',
    help: 'The run passes by without doing it.',
  },
};

const NOTE: InspectorField = {
  control: 'textarea',
  path: 'description',
  section: 'more',
  label: 'Note to the reader',
  help: 'Shown to people, never to a model.',
};

/** The form of the parts several kinds share. */
export function sharedFields(shares: readonly SharedPart[]): readonly InspectorField[] {
  const fields = (Object.keys(PARTS) as (keyof typeof PARTS)[])
    .filter((part) => shares.includes(part))
    .map((part) => PARTS[part]);
  const withRetry = shares.includes('retry');
  return [...fields.map((field) => (field.control === 'policy' ? { ...field, withRetry } : field)), NOTE];
}
