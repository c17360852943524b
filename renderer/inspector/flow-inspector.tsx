import { ActionIcon, Select, UnstyledButton } from '@mantine/core';
import { Plus } from 'lucide-react';
import { nodeAt } from '../../shared/editing/graphs';
import { freeId } from '../../shared/editing/ids';
import { partNames } from '../../shared/editing/rename';
import { setIn } from '../../shared/editing/set-in';
import { emptyBody, firstModel } from '../../shared/nodes/words';
import { allNodeIds } from '../../shared/editing/graphs';
import { nameOf } from '../../shared/nodes/lookup';
import type { Flow } from '../../shared/spec/flow';
import { budgetWords } from '../canvas/marks';
import { t } from '../i18n/t';
import { Field } from '../ui/field';
import { BudgetControl } from './budget-control';
import { Extensions } from './extensions';
import { FormProvider, useIssues, useValue } from './form';
import { flowHost, type HostInput } from './hosts';
import { type PartSectionWithEditor, useOpenPart } from './open-part';
import { newPart, partWords } from './part-fields';
import { SchemaControl } from './schema-control';
import { Section } from './section';
import { TestsSection } from './test-cases';
import { ListControl, TextareaControl, TextControl } from './text-controls';

const LISTS: readonly PartSectionWithEditor[] = [
  'agents',
  'tools',
  'models',
  'context',
  'policies',
  'schemas',
  'mcpServers',
  'subflows',
];
const OPEN_AT_FIRST: ReadonlySet<PartSectionWithEditor> = new Set(['agents', 'context']);

/** The flow itself, shown while nothing is selected. */
export function FlowInspector({ input }: { readonly input: HostInput }) {
  const { flow } = input;
  return (
    <FormProvider host={flowHost(input)}>
      <div className="inspector-head">
        <h2 className="truncate">{t('inspector.flow')}</h2>
      </div>
      <TextareaControl
        path={['description']}
        label={t('inspector.flow.description')}
        placeholder={t('inspector.flow.descriptionHint')}
      />
      <Section id="flow:io" open title={t('inspector.flow.io')}>
        <SchemaControl
          path={['input']}
          label={t('inspector.flow.input')}
          help={t('inspector.flow.inputHelp')}
        />
        <SchemaControl path={['output']} label={t('inspector.flow.output')} />
      </Section>
      {LISTS.map((section) => (
        <PartList key={section} input={input} section={section} />
      ))}
      <Section
        id="flow:limits"
        title={t('inspector.flow.budget')}
        summary={flow.budget ? budgetWords(flow.budget) : t('inspector.flow.noBudget')}
      >
        <BudgetControl path={['budget']} label={t('inspector.flow.budgetOf')} flowLevel />
      </Section>
      <Section
        id="flow:failure"
        title={t('inspector.flow.onFailure')}
        summary={t(`inspector.onFailure.${flow.onFailure?.do ?? 'fail'}`)}
      >
        <OnFailureControl flow={flow} />
      </Section>
      <TestsSection input={input} />
      <Section id="flow:about" title={t('inspector.flow.about')} summary={flow.version}>
        <TextControl path={['id']} label={t('inspector.id')} required mono />
        <TextControl path={['version']} label={t('inspector.flow.version')} required mono />
        <ListControl path={['meta', 'tags']} label={t('inspector.flow.tags')} />
        <ListControl path={['meta', 'authors']} label={t('inspector.flow.authors')} />
        <Extensions />
      </Section>
    </FormProvider>
  );
}

function PartList({
  input,
  section,
}: {
  readonly input: HostInput;
  readonly section: PartSectionWithEditor;
}) {
  const openPart = useOpenPart();
  const names = partNames(input.flow, section);
  const title = t(`inspector.list.${section}`);
  return (
    <Section
      id={`list:${section}`}
      title={title}
      summary={names.join(', ')}
      open={OPEN_AT_FIRST.has(section)}
      aside={
        <ActionIcon
          size={22}
          aria-label={t('inspector.addTo', { label: title })}
          onClick={() => openPart(section, addPart(input, section))}
        >
          <Plus size={14} aria-hidden />
        </ActionIcon>
      }
    >
      {names.length === 0 ? <p className="meta">{t(`inspector.list.${section}.empty`)}</p> : null}
      <div className="part-list">
        {names.map((name) => (
          <UnstyledButton key={name} className="part-row" onClick={() => openPart(section, name)}>
            <span className="mono truncate">{name}</span>
            <span className="meta truncate">{partWords(section, input.flow, name)}</span>
          </UnstyledButton>
        ))}
      </div>
    </Section>
  );
}

const FIRST_NAMES: Readonly<Record<PartSectionWithEditor, string>> = {
  agents: 'agent',
  tools: 'tool',
  models: 'model',
  context: 'field',
  policies: 'policy',
  schemas: 'Shape',
  mcpServers: 'server',
  subflows: 'part',
};

/** Adds a part with a free name; an agent brings a model when the flow has none. */
export function addPart(input: HostInput, section: PartSectionWithEditor): string {
  const { flow } = input;
  const name = freeId(FIRST_NAMES[section], new Set(partNames(flow, section)));
  const value = section === 'subflows' ? emptyBody(allNodeIds(flow)) : newPart(section, flow);
  const models = section === 'agents' ? firstModel(flow).parts.models : undefined;
  input.edit(t('inspector.edit.add', { what: name }), (doc) => {
    const withModel: Flow = models ? { ...doc, models: { ...models, ...doc.models } } : doc;
    return setIn(withModel, [section, name], value);
  });
  return name;
}

function OnFailureControl({ flow }: { readonly flow: Flow }) {
  const [value, set] = useValue<NonNullable<Flow['onFailure']>>(['onFailure']);
  const people = Object.entries(flow.nodes).filter(([, node]) => node.kind === 'human');
  const mode = value?.do ?? 'fail';
  return (
    <>
      <Field
        label={t('inspector.onFailure')}
        help={t('inspector.onFailure.help')}
        issues={useIssues(['onFailure'])}
      >
        {(ids) => (
          <Select
            {...ids}
            data={(['fail', 'compensate', 'escalate'] as const).map((name) => ({
              value: name,
              label: t(`inspector.onFailure.${name}`),
            }))}
            value={mode}
            onChange={(next) => {
              if (next === 'fail') set(undefined);
              else if (next === 'compensate') set({ do: 'compensate' });
              else if (next === 'escalate')
                set({ do: 'escalate', ...(people[0] ? { to: people[0][0] } : {}) });
            }}
          />
        )}
      </Field>
      {mode === 'escalate' ? (
        <Field
          label={t('inspector.onFailure.to')}
          help={people.length === 0 ? t('inspector.onFailure.nobody') : undefined}
        >
          {(ids) => (
            <Select
              {...ids}
              data={people.map(([id, node]) => ({ value: id, label: nameOf(id, node) }))}
              value={value?.to ?? null}
              onChange={(to) => to && nodeAt(flow, to) && set({ do: 'escalate', to })}
            />
          )}
        </Field>
      ) : null}
    </>
  );
}
