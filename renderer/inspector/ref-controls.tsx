import { Button, Checkbox, MultiSelect, Select } from '@mantine/core';
import { ArrowRight } from 'lucide-react';
import { allGraphs } from '../../shared/editing/graphs';
import type { FieldPath } from '../../shared/editing/set-in';
import type { RefTarget } from '../../shared/nodes/fields';
import { nameOf } from '../../shared/nodes/lookup';
import type { Flow } from '../../shared/spec/flow';
import { t } from '../i18n/t';
import { DragHandle, moved, sortList, sortRow } from '../ui/drag-handle';
import { Field } from '../ui/field';
import { ExpressionInput } from './code-controls';
import { useForm, useIssues, useValue } from './form';
import { type PartSectionWithEditor, useOpenPart } from './open-part';
import { RemoveButton } from './text-controls';

const sections: Partial<Record<RefTarget, PartSectionWithEditor>> = {
  agent: 'agents',
  tool: 'tools',
  model: 'models',
  policy: 'policies',
  context: 'context',
  server: 'mcpServers',
};

function optionsFor(flow: Flow, to: RefTarget): { value: string; label: string }[] {
  if (to === 'subflow') return Object.keys(flow.subflows ?? {}).map((name) => ({ value: name, label: name }));
  if (to === 'node') {
    return allGraphs(flow).flatMap(({ graph }) =>
      Object.entries(graph.nodes).map(([id, node]) => ({ value: id, label: nameOf(id, node) })),
    );
  }
  const section = sections[to];
  return section ? Object.keys(flow[section] ?? {}).map((name) => ({ value: name, label: name })) : [];
}

interface Props {
  readonly path: FieldPath;
  readonly label: string;
  readonly help?: string | undefined;
  readonly required?: boolean | undefined;
  readonly to: RefTarget;
  readonly optional?: boolean;
}

/** Points at one named part; a name that is gone stays visible until another is chosen. */
export function RefControl({ path, label, help, required, to, optional }: Props) {
  const { flow } = useForm();
  const [value, set] = useValue<string>(path);
  const openPart = useOpenPart();
  const section = sections[to];
  const options = optionsFor(flow, to);
  const known = value === undefined || options.some((option) => option.value === value);
  return (
    <Field
      label={label}
      {...(help ? { help } : {})}
      {...(required ? { required } : {})}
      issues={useIssues(path)}
    >
      {(ids) => (
        <div className="row">
          <Select
            {...ids}
            className="grow"
            searchable={options.length > 8}
            clearable={optional ?? false}
            clearButtonProps={{ 'aria-label': t('inspector.clear', { label }) }}
            placeholder={t('inspector.choose')}
            data={
              known ? options : [...options, { value, label: t('inspector.missingPart', { name: value }) }]
            }
            value={value ?? null}
            onChange={(next) => set(next ?? undefined)}
          />
          {section && value !== undefined && known ? (
            <Button
              variant="default"
              rightSection={<ArrowRight size={12} aria-hidden />}
              onClick={() => openPart(section, value)}
            >
              {t('ui.edit')}
            </Button>
          ) : null}
        </div>
      )}
    </Field>
  );
}

/** They speak, or are asked, in this order. */
const ORDERED: ReadonlySet<RefTarget> = new Set(['agent', 'model']);

function Order(props: {
  readonly label: string;
  readonly names: readonly string[];
  readonly onChange: (names: readonly string[]) => void;
}) {
  const { names, onChange } = props;
  return (
    <ol className="order" aria-label={t('inspector.orderOf', { label: props.label })} {...sortList}>
      {names.map((name, i) => (
        <li key={name} className="row" {...sortRow}>
          <DragHandle
            index={i}
            count={names.length}
            what={name}
            onMove={(to) => onChange(moved(names, i, to))}
          />
          <span className="mono truncate">{name}</span>
        </li>
      ))}
    </ol>
  );
}

/** Several named parts; their order counts. */
export function RefsControl({ path, label, help, required, to }: Props) {
  const { flow } = useForm();
  const [value, set] = useValue<readonly string[]>(path);
  const options = optionsFor(flow, to);
  const gone = (value ?? []).filter((name) => !options.some((option) => option.value === name));
  return (
    <Field
      label={label}
      {...(help ? { help } : {})}
      {...(required ? { required } : {})}
      issues={useIssues(path)}
    >
      {(ids) => (
        <>
          <MultiSelect
            {...ids}
            searchable
            hidePickedOptions
            placeholder={value?.length ? '' : t('inspector.choose')}
            data={[
              ...options,
              ...gone.map((name) => ({ value: name, label: t('inspector.missingPart', { name }) })),
            ]}
            value={[...(value ?? [])]}
            onChange={(next) => set(next.length === 0 && !required ? undefined : next)}
          />
          {ORDERED.has(to) && value && value.length > 1 ? (
            <Order label={label} names={value} onChange={set} />
          ) : null}
        </>
      )}
    </Field>
  );
}

/** Which shared state a node may see. */
export function ReadsControl({
  label,
  help,
}: {
  readonly label: string;
  readonly help?: string | undefined;
}) {
  const { flow } = useForm();
  const [value, set] = useValue<readonly string[]>(['reads']);
  const reads = value ?? [];
  const fields = [...new Set([...Object.keys(flow.context ?? {}), ...reads])];
  const openPart = useOpenPart();
  return (
    <Field label={label} {...(help ? { help } : {})} issues={useIssues(['reads'])}>
      {(ids) => (
        <div className="rows" id={ids.id} role="group" aria-label={label}>
          {fields.map((field) => (
            <Checkbox
              key={field}
              label={field}
              description={flow.context?.[field]?.description}
              checked={reads.includes(field)}
              onChange={(event) => {
                const next = event.currentTarget.checked
                  ? [...reads, field]
                  : reads.filter((name) => name !== field);
                set(next.length > 0 ? next : undefined);
              }}
            />
          ))}
          {fields.length === 0 ? <NoFields onAdd={() => openPart('context', undefined)} /> : null}
        </div>
      )}
    </Field>
  );
}

function NoFields({ onAdd }: { readonly onAdd: () => void }) {
  return (
    <div className="meta">
      {t('inspector.noContext')}{' '}
      <button type="button" className="link-button" onClick={onAdd}>
        {t('inspector.addContext')}
      </button>
    </div>
  );
}

/** What a node stores in shared state when it has finished. */
export function WritesControl({
  label,
  help,
}: {
  readonly label: string;
  readonly help?: string | undefined;
}) {
  const { flow } = useForm();
  const [value, set] = useValue<Readonly<Record<string, string>>>(['writes']);
  const openPart = useOpenPart();
  const writes = value ?? {};
  const free = Object.keys(flow.context ?? {}).filter((field) => !Object.hasOwn(writes, field));
  const change = (next: Readonly<Record<string, string>>) =>
    set(Object.keys(next).length > 0 ? next : undefined);
  const nothing = free.length === 0 && Object.keys(writes).length === 0;
  return (
    <Field label={label} {...(help ? { help } : {})} issues={useIssues(['writes'])}>
      {(ids) => (
        <div className="rows" id={ids.id} role="group" aria-label={label}>
          {Object.entries(writes).map(([field, source]) => (
            <div className="mapping-row" key={field}>
              <div className="row">
                <span className="grow mono truncate">{field}</span>
                <RemoveButton
                  what={field}
                  onRemove={() =>
                    change(Object.fromEntries(Object.entries(writes).filter(([name]) => name !== field)))
                  }
                />
              </div>
              <ExpressionInput
                withOutput
                value={source}
                placeholder="output"
                label={t('inspector.mapping.value', { name: field })}
                onChange={(next) => change({ ...writes, [field]: next })}
              />
            </div>
          ))}
          {free.length > 0 ? (
            <Select
              placeholder={t('inspector.addWrite')}
              aria-label={t('inspector.addWrite')}
              data={free}
              value={null}
              onChange={(field) => field && change({ ...writes, [field]: 'output' })}
            />
          ) : null}
          {nothing ? <NoFields onAdd={() => openPart('context', undefined)} /> : null}
        </div>
      )}
    </Field>
  );
}
