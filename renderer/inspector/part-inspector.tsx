import { Button, Select } from '@mantine/core';
import { ArrowLeft, FolderOpen, Trash2 } from 'lucide-react';
import { nodeAt } from '../../shared/editing/graphs';
import { idProblem } from '../../shared/editing/ids';
import { removePart, usersOf } from '../../shared/editing/parts';
import { partNames, renamePart } from '../../shared/editing/rename';
import { INSPECTOR_SECTIONS } from '../../shared/nodes/fields';
import { nameOf } from '../../shared/nodes/lookup';
import type { Model, Tool } from '../../shared/spec/parts';
import { t } from '../i18n/t';
import { Field } from '../ui/field';
import { Control } from './control';
import { PolicyFields } from './policy-control';
import { Extensions } from './extensions';
import { FormProvider, useForm } from './form';
import { type HostInput, partHost } from './hosts';
import { useOpenGraph } from './open-graph';
import type { PartSectionWithEditor } from './open-part';
import { partFields } from './part-fields';
import { TestModel } from './test-model';
import { toolAs } from './tool-fields';
import { RenameField } from './rename-field';
import { Section } from './section';

interface Props {
  readonly input: HostInput;
  readonly section: PartSectionWithEditor;
  readonly name: string;
  readonly onBack: () => void;
  readonly onRenamed: (name: string) => void;
}

/** One named part of the flow: an agent, a tool, a model, a piece of shared state, … */
export function PartInspector({ input, section, name, onBack, onRenamed }: Props) {
  const openGraph = useOpenGraph();
  const host = partHost(input, section, name);
  if (!host) return null;
  const users = usersOf(input.flow, section, name);
  const rename = (to: string) => {
    const renamed = renamePart(input.flow, section, name, to);
    if (!renamed.ok) return;
    input.edit(t('inspector.edit.rename', { name: to }), () => renamed.value);
    onRenamed(to);
  };
  return (
    <FormProvider host={host}>
      <button type="button" className="link-button back" onClick={onBack}>
        <ArrowLeft size={13} aria-hidden /> {t('inspector.flow')}
      </button>
      <div className="inspector-head">
        <h2 className="truncate">{t(`inspector.part.${section}`)}</h2>
      </div>
      <div className="field">
        <RenameField
          label={t('inspector.name')}
          mono
          value={name}
          problem={(text) => idProblem(text, new Set(partNames(input.flow, section)))}
          onRename={rename}
        />
      </div>
      {section === 'tools' ? <ToolKind tool={host.value as Tool} /> : null}
      {section === 'policies' ? <PolicyFields path={[]} withRetry /> : <PartSections section={section} />}
      {section === 'models' ? <ModelTest model={host.value as Model} /> : null}
      {section === 'subflows' ? (
        <Button
          fullWidth
          variant="default"
          leftSection={<FolderOpen size={14} aria-hidden />}
          onClick={() => openGraph({ type: 'subflow', name })}
        >
          {t('inspector.openBody')}
        </Button>
      ) : null}
      <Extensions />
      <p className="meta">{usersWords(input, users)}</p>
      <Button
        variant="subtle"
        color="red"
        leftSection={<Trash2 size={13} aria-hidden />}
        onClick={() => {
          input.edit(t('inspector.edit.remove', { what: name }), (doc) => removePart(doc, section, name));
          onBack();
        }}
      >
        {t('inspector.removeWhat', { what: name })}
      </Button>
    </FormProvider>
  );
}

function usersWords(input: HostInput, users: readonly string[]): string {
  if (users.length === 0) return t('inspector.part.unused');
  return t('inspector.part.usedBy', {
    names: users.map((id) => nameOf(id, nodeAt(input.flow, id) ?? { kind: 'start' })).join(', '),
  });
}

function PartSections({ section }: { readonly section: PartSectionWithEditor }) {
  const { value } = useForm();
  const fields = partFields(section, value);
  return INSPECTOR_SECTIONS.map((name) => {
    const own = fields.filter((field) => (field.section ?? 'main') === name);
    if (own.length === 0) return null;
    const body = own.map((field) => <Control key={`${field.control}:${field.path}`} field={field} />);
    if (name === 'main') return <div key={name}>{body}</div>;
    return (
      <Section
        key={name}
        id={`${section}:${name}`}
        title={t(`inspector.section.${name}`)}
        open={name === 'result'}
      >
        {body}
      </Section>
    );
  });
}

function ToolKind({ tool }: { readonly tool: Tool }) {
  const { set } = useForm();
  const kinds: readonly Tool['kind'][] = ['http', 'mcp', 'sql', 'file', 'code', 'builtin'];
  return (
    <Field label={t('inspector.toolKind')}>
      {(ids) => (
        <Select
          {...ids}
          data={kinds.map((kind) => ({ value: kind, label: t(`inspector.toolKind.${kind}`) }))}
          value={tool.kind}
          onChange={(kind) => kind && kind !== tool.kind && set([], toolAs(kind as Tool['kind'], tool))} // the options are kinds
        />
      )}
    </Field>
  );
}

function ModelTest({ model }: { readonly model: Model }) {
  return (
    <div className="field">
      <TestModel
        provider={model.provider}
        model={model.model}
        baseURL={model.baseURL}
        secret={model.secret}
      />
    </div>
  );
}
