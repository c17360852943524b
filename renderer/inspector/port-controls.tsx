import { Select, TextInput, UnstyledButton } from '@mantine/core';
import { Plus } from 'lucide-react';
import { nodeAt } from '../../shared/editing/graphs';
import { freeId, idFromName, idProblem } from '../../shared/editing/ids';
import { renamePort } from '../../shared/editing/nodes';
import type { FieldPath } from '../../shared/editing/set-in';
import { portsOf } from '../../shared/spec/ports-of';
import { t } from '../i18n/t';
import { DragHandle, moved, sortList, sortRow } from '../ui/drag-handle';
import { Field } from '../ui/field';
import { ExpressionInput } from './code-controls';
import { useDraft } from '../ui/use-draft';
import { useForm, useIssues, useValue } from './form';
import { RemoveButton } from './text-controls';

interface Props {
  readonly path: FieldPath;
  readonly label: string;
  readonly help?: string | undefined;
}
interface Case {
  readonly port: string;
  readonly when: string;
}
interface Choice {
  readonly port: string;
  readonly label: string;
}

/** A name that is used as a port: changes when the field is left, so that edges follow whole names only. */
function PortName({
  value,
  taken,
  label,
  onRename,
}: {
  readonly value: string;
  readonly taken: ReadonlySet<string>;
  readonly label: string;
  readonly onRename: (to: string) => void;
}) {
  const [text, setText] = useDraft(value);
  const problem = text === value ? undefined : idProblem(text, taken);
  const commit = () => (problem ? setText(value) : text !== value && onRename(text));
  return (
    <TextInput
      className="grow"
      classNames={{ input: 'mono' }}
      value={text}
      error={problem}
      aria-label={label}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        if (event.key === 'Escape') setText(value);
      }}
    />
  );
}

function useRenamePort() {
  const { edit, place } = useForm();
  return (from: string, to: string) => {
    if (place.type === 'node')
      edit(t('inspector.edit.renamePort', { from, to }), (doc) => renamePort(doc, place.id, from, to));
  };
}

/** The cases of a branch: asked from top to bottom. */
export function CasesControl({ path, label, help }: Props) {
  const [value, set] = useValue<readonly Case[]>(path);
  const rename = useRenamePort();
  const cases = value ?? [];
  const names = new Set([...cases.map((c) => c.port), 'else']);
  return (
    <Field label={label} {...(help ? { help } : {})} required issues={useIssues(path)}>
      {(ids) => (
        <div className="rows" id={ids.id} role="group" aria-label={label} {...sortList}>
          {cases.map((entry, i) => (
            <div className="mapping-row" key={entry.port} {...sortRow}>
              <div className="row">
                <DragHandle
                  index={i}
                  count={cases.length}
                  what={entry.port}
                  onMove={(to) => set(moved(cases, i, to))}
                />
                <PortName
                  value={entry.port}
                  taken={names}
                  label={t('inspector.case.name', { number: i + 1 })}
                  onRename={(to) => rename(entry.port, to)}
                />
                {cases.length > 1 ? (
                  <RemoveButton what={entry.port} onRemove={() => set(cases.toSpliced(i, 1))} />
                ) : null}
              </div>
              <ExpressionInput
                value={entry.when}
                label={t('inspector.case.when', { name: entry.port })}
                onChange={(when) => set(cases.with(i, { ...entry, when }))}
              />
            </div>
          ))}
          <UnstyledButton
            className="add-row"
            onClick={() => set([...cases, { port: freeId('case', names), when: 'true' }])}
          >
            <Plus size={13} aria-hidden /> {t('inspector.case.add')}
          </UnstyledButton>
        </div>
      )}
    </Field>
  );
}

/** What a person can choose; each choice is a way out. */
export function ChoicesControl({ path, label, help }: Props) {
  const [value, set] = useValue<readonly Choice[]>(path);
  const rename = useRenamePort();
  const choices = value ?? [];
  const names = new Set([...choices.map((c) => c.port), 'expired']);
  return (
    <Field label={label} {...(help ? { help } : {})} issues={useIssues(path)}>
      {(ids) => (
        <div className="rows" id={ids.id} role="group" aria-label={label} {...sortList}>
          {choices.map((entry, i) => (
            <div className="mapping-row" key={entry.port} {...sortRow}>
              <div className="row">
                <DragHandle
                  index={i}
                  count={choices.length}
                  what={entry.label}
                  onMove={(to) => set(moved(choices, i, to))}
                />
                <TextInput
                  className="grow"
                  value={entry.label}
                  aria-label={t('inspector.choice.label', { number: i + 1 })}
                  onChange={(e) => set(choices.with(i, { ...entry, label: e.currentTarget.value }))}
                />
                <RemoveButton what={entry.label} onRemove={() => set(choices.toSpliced(i, 1))} />
              </div>
              <div className="row">
                <span className="meta">{t('inspector.edge.port')}</span>
                <PortName
                  value={entry.port}
                  taken={names}
                  label={t('inspector.choice.port', { name: entry.label })}
                  onRename={(to) => rename(entry.port, to)}
                />
              </div>
            </div>
          ))}
          <UnstyledButton
            className="add-row"
            onClick={() => {
              const name = t('inspector.choice.new', { number: choices.length + 1 });
              set([...choices, { port: freeId(idFromName(name, 'choice'), names), label: name }]);
            }}
          >
            <Plus size={13} aria-hidden /> {t('inspector.choice.add')}
          </UnstyledButton>
        </div>
      )}
    </Field>
  );
}

/** One of the node's own ways out. */
export function PortControl({ path, label, help }: Props) {
  const { flow, place } = useForm();
  const [value, set] = useValue<string>(path);
  const node = place.type === 'node' ? nodeAt(flow, place.id) : undefined;
  const ports = node
    ? portsOf(node).out.map((port) => ({ value: port.name, label: port.label ?? port.name }))
    : [];
  return (
    <Field label={label} {...(help ? { help } : {})} issues={useIssues(path)}>
      {(ids) => (
        <Select
          {...ids}
          data={ports}
          value={value ?? 'expired'}
          onChange={(next) => set(next === 'expired' || next === null ? undefined : next)}
        />
      )}
    </Field>
  );
}
