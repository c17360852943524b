/** Draws one field of a form that is described as data. */
import { Button, Checkbox, NumberInput, Select } from '@mantine/core';
import { FolderOpen } from 'lucide-react';
import { assertNever } from '../../shared/base/assert-never';
import { isJsonObject } from '../../shared/base/json';
import { nodeAt } from '../../shared/editing/graphs';
import { type FieldPath, fieldPath, getIn } from '../../shared/editing/set-in';
import type { InspectorField } from '../../shared/nodes/fields';
import { humanFieldsForm } from '../../shared/nodes/human/fields';
import type { Flow } from '../../shared/spec/flow';
import type { JsonSchema } from '../../shared/spec/values';
import { runCommand } from '../app/commands';
import { definedField } from '../i18n/define-words';
import { t } from '../i18n/t';
import { DragHandle, moved, sortList, sortRow } from '../ui/drag-handle';
import { Field } from '../ui/field';
import { BudgetControl, CompensateControl } from './budget-control';
import { CodeControl, ExpressionInput } from './code-controls';
import { BuiltinControl, EnvControl } from './tool-controls';
import { GateControl } from './gate-control';
import { Optional } from './optional';
import { PolicyControl } from './policy-control';
import { useForm, useIssues, useValue } from './form';
import { useOpenGraph } from './open-graph';
import { MappingControl } from './mapping-control';
import { CasesControl, ChoicesControl, PortControl } from './port-controls';
import { WaitControl } from './wait-control';
import { ReadsControl, RefControl, RefsControl, WritesControl } from './ref-controls';
import { SchemaControl } from './schema-control';
import { sampleValue } from './preview/sample-value';
import type { ScopeEntry } from './scope';
import { ValueControl } from './value-control';
import {
  DurationControl,
  ListControl,
  NumberControl,
  SelectControl,
  TextareaControl,
  TextControl,
  ToggleControl,
  RemoveButton,
} from './text-controls';
import { AddIcon } from './mapping-control';

interface Props {
  readonly field: InspectorField;
  /** Where the paths of the fields start; the node itself unless said. */
  readonly base?: FieldPath;
}

export function Control({ field, base = [] }: Props) {
  const { value } = useForm();
  if (field.showIf) {
    const at = getIn(value, [...base, ...fieldPath(field.showIf.path)]);
    const { is, not } = field.showIf;
    if (is && !is.includes(at as string | undefined)) return null;
    if (not?.includes(at as string | undefined)) return null;
  }
  return <Draw field={definedField(field)} path={[...base, ...fieldPath(field.path)]} />;
}

function Draw({ field, path }: { readonly field: InspectorField; readonly path: FieldPath }) {
  const common = { path, label: field.label, help: field.help, required: field.required };
  switch (field.control) {
    case 'text':
      return <TextControl {...common} placeholder={field.placeholder} />;
    case 'textarea':
      return <TextareaControl {...common} placeholder={field.placeholder} />;
    case 'template':
      return <CodeControl {...common} language="template" placeholder={field.placeholder} />;
    case 'expression':
      return (
        <CodeControl
          {...common}
          language="expression"
          placeholder={field.placeholder}
          extra={extraScope(path)}
        />
      );
    case 'expressions':
      return <ExpressionsControl {...common} />;
    case 'code':
      return <CodeControl {...common} language="javascript" />;
    case 'mapping':
      return <NodeMapping {...common} />;
    case 'duration':
      return <DurationControl {...common} />;
    case 'number':
      return (
        <NumberControl
          {...common}
          min={field.min}
          max={field.max}
          step={field.step}
          unit={field.unit}
          fallback={field.fallback}
        />
      );
    case 'select':
      return <SelectControl {...common} options={field.options} fallback={field.fallback} />;
    case 'toggle':
      return <ToggleControl {...common} fallback={field.fallback} />;
    case 'schema':
      return <SchemaControl {...common} />;
    case 'list':
      return <ListControl {...common} placeholder={field.placeholder} />;
    case 'ref':
      return field.many ? (
        <RefsControl {...common} to={field.to} />
      ) : (
        <RefControl {...common} to={field.to} />
      );
    default:
      return <DrawSpecial field={field} path={path} />;
  }
}

function DrawSpecial({ field, path }: { readonly field: InspectorField; readonly path: FieldPath }) {
  const common = { path, label: field.label, help: field.help };
  switch (field.control) {
    case 'port':
      return <PortControl {...common} />;
    case 'cases':
      return <CasesControl {...common} />;
    case 'choices':
      return <ChoicesControl {...common} />;
    case 'join':
      return <JoinControl {...common} />;
    case 'wait':
      return <WaitControl {...common} />;
    case 'body':
      return <BodyControl {...common} />;
    case 'review':
      return <ReviewControl {...common} />;
    case 'human':
      return <HumanControl {...common} />;
    case 'reads':
      return <ReadsControl label={field.label} help={field.help} />;
    case 'writes':
      return <WritesControl label={field.label} help={field.help} />;
    case 'policy':
      return <PolicyControl path={path} label={field.label} withRetry={field.withRetry} />;
    case 'budget':
      return <BudgetControl path={path} label={field.label} />;
    case 'gate':
      return <GateControl {...common} />;
    case 'compensate':
      return <CompensateControl {...common} />;
    case 'value':
      return <DocumentValue {...common} schemaAt={field.schemaAt} />;
    case 'env':
      return <EnvControl {...common} />;
    case 'builtin':
      return <BuiltinControl {...common} />;
    case 'text':
    case 'textarea':
    case 'template':
    case 'expression':
    case 'expressions':
    case 'code':
    case 'mapping':
    case 'duration':
    case 'number':
    case 'select':
    case 'toggle':
    case 'schema':
    case 'list':
    case 'ref':
      return null; // drawn by Draw
    default:
      return assertNever(field, 'inspector control');
  }
}

const MESSAGES: ScopeEntry = { name: 'messages', detail: 'what was said: by, text', children: [] };

/** Variables that exist only in one field. */
function extraScope(path: FieldPath): readonly ScopeEntry[] {
  return path.length === 1 && path[0] === 'until' ? [MESSAGES] : [];
}

interface Common {
  readonly path: FieldPath;
  readonly label: string;
  readonly help?: string | undefined;
  readonly required?: boolean | undefined;
}

/** A value in the form of a shape that stands beside it. */
function DocumentValue({ schemaAt, ...props }: Common & { readonly schemaAt: string }) {
  const { flow, value } = useForm();
  const schema = getIn(value, fieldPath(schemaAt)) as JsonSchema | undefined; // the schema of the part says so
  return <ValueControl {...props} schema={schema ?? true} start={() => sampleValue(schema, flow)} />;
}

/** A mapping with the names its target expects. */
function NodeMapping(props: Common) {
  const { flow, value } = useForm();
  return <MappingControl {...props} suggested={expectedNames(flow, value, String(props.path.at(-1)))} />;
}

function expectedNames(flow: Flow, node: unknown, field: string): readonly string[] {
  if (!isRecordNode(node)) return [];
  const named = (schema: unknown) =>
    isJsonObject(schema) && isJsonObject(schema['properties']) ? Object.keys(schema['properties']) : [];
  if (field === 'args' && node.kind === 'tool') return named(flow.tools?.[String(node['tool'])]?.input);
  if (field === 'input' && node.kind === 'subflow')
    return named(flow.subflows?.[String(node['flow'])]?.input);
  if (field === 'output' && node.kind === 'end') return named(flow.output);
  return field === 'propose' ? named(node['form']) : [];
}

function isRecordNode(node: unknown): node is { readonly kind: string; readonly [key: string]: unknown } {
  return typeof node === 'object' && node !== null && 'kind' in node;
}

/** Expressions one below the other. */
function ExpressionsControl({ path, label, help }: Common) {
  const [value, set] = useValue<readonly string[]>(path);
  const list = value ?? [];
  const change = (next: readonly string[]) => set(next.length > 0 ? next : undefined);
  return (
    <Field
      label={label}
      {...(help ? { help } : {})}
      issues={useIssues(path)}
      aside={<AddIcon label={t('inspector.addTo', { label })} onAdd={() => change([...list, 'input'])} />}
    >
      {(ids) => (
        <div className="rows" id={ids.id} role="group" aria-label={label} {...sortList}>
          {list.map((source, i) => (
            <div className="row" key={i} {...sortRow}>
              <DragHandle
                index={i}
                count={list.length}
                what={source}
                onMove={(to) => change(moved(list, i, to))}
              />
              <div className="grow">
                <ExpressionInput
                  value={source}
                  label={t('inspector.nth', { label, number: i + 1 })}
                  onChange={(next) => change(list.with(i, next))}
                />
              </div>
              <RemoveButton what={source} onRemove={() => change(list.toSpliced(i, 1))} />
            </div>
          ))}
        </div>
      )}
    </Field>
  );
}

/** All, the first, or a number of branches. */
function JoinControl({ path, label, help }: Common) {
  const [value, set] = useValue<'all' | 'any' | { readonly count: number }>(path);
  const mode = typeof value === 'object' ? 'count' : (value ?? 'all');
  return (
    <Field label={label} {...(help ? { help } : {})} issues={useIssues(path)}>
      {(ids) => (
        <div className="row">
          <Select
            {...ids}
            className="grow"
            data={(['all', 'any', 'count'] as const).map((name) => ({
              value: name,
              label: t(`inspector.join.${name}`),
            }))}
            value={mode}
            onChange={(next) => set(next === 'count' ? { count: 2 } : next === 'any' ? 'any' : undefined)}
          />
          {typeof value === 'object' ? (
            <NumberInput
              w={72}
              min={1}
              aria-label={t('inspector.join.number')}
              value={value.count}
              onChange={(next) => set({ count: Math.max(1, Number(next)) })}
            />
          ) : null}
        </div>
      )}
    </Field>
  );
}

/** Opens the graph inside a container. */
function BodyControl({ path, label }: Common) {
  const { flow, place, value } = useForm();
  const openGraph = useOpenGraph();
  const open = () => {
    if (place.type !== 'node') return;
    const isSubflow = nodeAt(flow, place.id)?.kind === 'subflow';
    openGraph(
      isSubflow ? { type: 'subflow', name: String(getIn(value, path)) } : { type: 'inside', node: place.id },
    );
  };
  return (
    <Field label={label} issues={useIssues(path)}>
      {(ids) => (
        <>
          <Button
            {...ids}
            fullWidth
            variant="default"
            leftSection={<FolderOpen size={14} aria-hidden />}
            onClick={open}
          >
            {t('inspector.openBody')}
          </Button>
          <Button fullWidth mt={4} variant="subtle" onClick={() => runCommand('canvas.inner')}>
            {t('canvas.inner.toggle')}
          </Button>
        </>
      )}
    </Field>
  );
}

/** Asks a person only for a sample, or when a condition holds. */
function ReviewControl({ path, label, help }: Common) {
  return (
    <Optional path={path} label={label} {...(help ? { help } : {})} start={{ rate: 0.1 }}>
      <NumberControl
        path={[...path, 'rate']}
        label={t('inspector.review.rate')}
        help={t('inspector.review.rateHelp')}
        min={0}
        max={1}
        step={0.05}
        required
      />
      <CodeControl path={[...path, 'when']} language="expression" label={t('inspector.review.when')} />
    </Optional>
  );
}

/** The human form inside another node: a planner's approval. */
function HumanControl({ path, label, help }: Common) {
  const [value, set] = useValue<object>(path);
  const fields = humanFieldsForm.filter(
    (field) => !['mode', 'choices', 'form', 'propose', 'onDeadline', 'review'].includes(field.path),
  );
  return (
    <div className="optional">
      <Checkbox
        label={label}
        {...(help ? { description: help } : {})}
        checked={value !== undefined}
        onChange={(e) => set(e.currentTarget.checked ? { title: t('inspector.human.planTitle') } : undefined)}
      />
      {value === undefined ? null : (
        <div className="nested">
          {fields.map((field) => (
            <Control key={field.path} field={field} base={path} />
          ))}
        </div>
      )}
    </div>
  );
}
