/** Fields only tools and MCP servers have. */
import { Select, TextInput, UnstyledButton } from '@mantine/core';
import { Plus } from 'lucide-react';
import { BUILTIN_TOOLS } from '../../shared/spec/builtin-tools';
import type { FieldPath } from '../../shared/editing/set-in';
import { t } from '../i18n/t';
import { Field } from '../ui/field';
import { useForm, useIssues, useValue } from './form';
import { RemoveButton } from './text-controls';

interface Props {
  readonly path: FieldPath;
  readonly label: string;
  readonly help?: string | undefined;
}

/** A tool that comes with the app brings what it takes and gives. */
export function BuiltinControl({ path, label }: Props) {
  const { value, set } = useForm();
  const [name] = useValue<string>(path);
  const known = name === undefined ? undefined : BUILTIN_TOOLS[name];
  return (
    <Field label={label} required help={known?.description} issues={useIssues(path)}>
      {(ids) => (
        <Select
          {...ids}
          searchable
          data={[
            ...Object.entries(BUILTIN_TOOLS).map(([id, tool]) => ({
              value: id,
              label: `${tool.title} (${id})`,
            })),
            ...(name === undefined || known
              ? []
              : [{ value: name, label: t('inspector.missingPart', { name }) }]),
          ]}
          value={name ?? null}
          onChange={(next) => {
            const tool = next === null ? undefined : BUILTIN_TOOLS[next];
            if (!tool || next === name) return;
            const { input, output, effect, description } = tool;
            set([], { ...(value as object), name: next, description, input, output, effect }); // a tool is an object
          }}
        />
      )}
    </Field>
  );
}

type Leaf = string | { readonly secret: string };
type Entry = readonly [name: string, leaf: Leaf];

/** Variables a server starts with: plain text, or the name of a secret of this machine. */
export function EnvControl({ path, label, help }: Props) {
  const [value, set] = useValue<Readonly<Record<string, Leaf>>>(path);
  const entries: readonly Entry[] = Object.entries(value ?? {});
  const change = (next: readonly Entry[]) =>
    set(next.length === 0 ? undefined : (Object.fromEntries(next) as Record<string, Leaf>)); // as the entries are
  const add = () => {
    let number = entries.length + 1;
    while (value?.[`NAME_${number}`] !== undefined) number += 1;
    change([...entries, [`NAME_${number}`, '']]);
  };
  return (
    <Field label={label} {...(help ? { help } : {})} issues={useIssues(path)}>
      {(ids) => (
        <div className="rows" id={ids.id} role="group" aria-label={label}>
          {entries.map((entry, i) => (
            <EnvRow
              key={i}
              label={label}
              entry={entry}
              onRemove={() => change(entries.toSpliced(i, 1))}
              onChange={(next) => {
                if (!entries.some(([name], at) => name === next[0] && at !== i))
                  change(entries.with(i, next));
              }}
            />
          ))}
          <UnstyledButton className="add-row" onClick={add}>
            <Plus size={13} aria-hidden /> {t('inspector.env.add')}
          </UnstyledButton>
          {entries.some(([, leaf]) => typeof leaf !== 'string') ? (
            <div className="field-help">{t('inspector.env.help')}</div>
          ) : null}
        </div>
      )}
    </Field>
  );
}

interface EnvRowProps {
  readonly label: string;
  readonly entry: Entry;
  readonly onChange: (entry: Entry) => void;
  readonly onRemove: () => void;
}

function EnvRow({ label, entry: [name, leaf], onChange, onRemove }: EnvRowProps) {
  const isSecret = typeof leaf !== 'string';
  const text = isSecret ? leaf.secret : leaf;
  return (
    <div className="mapping-row">
      <div className="row">
        <TextInput
          className="grow"
          classNames={{ input: 'mono' }}
          aria-label={t('inspector.mapping.name', { label })}
          value={name}
          onChange={(event) => onChange([event.currentTarget.value, leaf])}
        />
        <Select
          w={104}
          aria-label={t('inspector.mapping.mode', { name })}
          data={[
            { value: 'text', label: t('inspector.mode.text') },
            { value: 'secret', label: t('inspector.env.secret') },
          ]}
          value={isSecret ? 'secret' : 'text'}
          onChange={(mode) => onChange([name, mode === 'secret' ? { secret: text || name } : text])}
        />
        <RemoveButton what={name} onRemove={onRemove} />
      </div>
      <TextInput
        aria-label={t('inspector.mapping.value', { name })}
        classNames={isSecret ? { input: 'mono' } : {}}
        placeholder={isSecret ? 'API_KEY' : ''}
        value={text}
        onChange={(event) =>
          onChange([name, isSecret ? { secret: event.currentTarget.value } : event.currentTarget.value])
        }
      />
    </div>
  );
}
