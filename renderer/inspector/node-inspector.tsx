import { ActionIcon, Button } from '@mantine/core';
import { CircleHelp } from 'lucide-react';
import { useState } from 'react';
import { allNodeIds, nodeAt } from '../../shared/editing/graphs';
import { idProblem } from '../../shared/editing/ids';
import { usersOf } from '../../shared/editing/parts';
import { changeNodeId, renameNode } from '../../shared/editing/rename';
import { getIn, fieldPath } from '../../shared/editing/set-in';
import {
  INSPECTOR_SECTIONS,
  type InspectorField,
  type InspectorSection,
  sharedFields,
} from '../../shared/nodes/fields';
import { definitionOf, nameOf } from '../../shared/nodes/lookup';
import { failureModesOf } from '../../shared/spec/failure-modes';
import type { FlowNode } from '../../shared/spec/nodes';
import { canDisable, portsOf } from '../../shared/spec/ports-of';
import { defined } from '../i18n/define-words';
import { t } from '../i18n/t';
import { KindIcon } from '../ui/kind-icon';
import { Control } from './control';
import { Extensions } from './extensions';
import { FailureAnswers } from './failure-answers';
import { type FormHost, FormProvider } from './form';
import { KindHelp } from './help';
import { type HostInput, nodeHost, partHost } from './hosts';
import { useOpenPart } from './open-part';
import { PreviewChoice } from './preview/preview-choice';
import { agentFields } from './part-fields';
import { RecoveryList } from './recovery-list';
import { policyRefWords, recoveryWords } from './recovery';
import { RehearsalSection } from './rehearsal-fields';
import { RenameField } from './rename-field';
import { Section } from './section';

interface Props {
  readonly input: HostInput;
  readonly id: string;
  /** The id of the node changed: the selection follows. */
  readonly onRenamed: (id: string) => void;
}

/** Every field of one node, from the definition of its kind. */
export function NodeInspector({ input, id, onRenamed }: Props) {
  const [help, setHelp] = useState(false);
  const host = nodeHost(input, id);
  const node = nodeAt(input.flow, id);
  if (!host || !node) return null;
  const definition = definitionOf(node.kind);
  return (
    <FormProvider host={host}>
      <div className="inspector-head">
        <KindIcon kind={node.kind} size={24} />
        <h2 className="truncate">
          {definition ? defined(definition.title) : t('inspector.unknownKind', { kind: node.kind })}
        </h2>
        <PreviewChoice flowId={input.flow.id} />
        <ActionIcon aria-label={t('inspector.help')} aria-pressed={help} onClick={() => setHelp(!help)}>
          <CircleHelp size={16} aria-hidden />
        </ActionIcon>
      </div>
      {help ? (
        <KindHelp kind={node.kind} />
      ) : (
        <p className="inspector-what">{definition ? defined(definition.description) : ''}</p>
      )}
      <NameFields input={input} id={id} node={node} onRenamed={onRenamed} />
      {definition ? (
        <NodeSections
          key={id}
          host={host}
          node={node}
          id={id}
          fields={[...definition.inspector, ...sharedFields(definition.shares)]}
          input={input}
        />
      ) : (
        <p className="meta">{t('inspector.unknownHelp')}</p>
      )}
    </FormProvider>
  );
}

function NameFields({ input, id, node, onRenamed }: Props & { readonly node: FlowNode }) {
  const rename = (name: string) => {
    const renamed = renameNode(input.flow, id, name);
    input.edit(t('inspector.edit.rename', { name }), () => renamed.doc);
    onRenamed(renamed.id);
  };
  const changeId = (to: string) => {
    const changed = changeNodeId(input.flow, id, to);
    if (!changed.ok) return;
    input.edit(t('inspector.edit.rename', { name: to }), () => changed.value);
    onRenamed(to);
  };
  return (
    <div className="two field">
      <RenameField
        label={t('inspector.name')}
        placeholder={nameOf(id, { ...node, name: undefined })}
        value={node.name ?? ''}
        problem={() => undefined}
        onRename={rename}
      />
      <RenameField
        label={t('inspector.id')}
        mono
        value={id}
        problem={(text) => idProblem(text, allNodeIds(input.flow))}
        onRename={changeId}
      />
    </div>
  );
}

interface SectionsProps {
  readonly host: FormHost;
  readonly node: FlowNode;
  readonly id: string;
  readonly fields: readonly InspectorField[];
  readonly input: HostInput;
}

function NodeSections({ host, node, id, fields, input }: SectionsProps) {
  const shown = fields.filter((field) => field.path !== 'disabled' || canDisable(node));
  const hasFailure = portsOf(node).out.some((port) => port.kind === 'fallback');
  return (
    <>
      {INSPECTOR_SECTIONS.map((section) => {
        const own = shown.filter((field) => (field.section ?? 'main') === section);
        const recovery =
          section === 'failure' && !own.some((field) => field.control === 'policy') && hasFailure;
        const fails = section === 'failure' && failureModesOf(input.flow, id).length > 0;
        if (own.length === 0 && !recovery && !fails) return null;
        const body = (
          <>
            {own.map((field) => (
              <Control key={`${field.control}:${field.path}`} field={field} />
            ))}
            {recovery ? <RecoveryList words={recoveryWords(input.flow, id)} /> : null}
            {section === 'failure' ? <FailureAnswers flow={input.flow} id={id} /> : null}
          </>
        );
        if (section === 'main') {
          return (
            <div key={section}>
              {body}
              {node.kind === 'agent' ? <AgentInPlace input={input} name={node.agent} /> : null}
            </div>
          );
        }
        return (
          <Section
            key={section}
            id={`node:${section}`}
            title={t(`inspector.section.${section}`)}
            summary={summaryOfSection(section, host, own)}
            issues={issuesIn(host, own)}
          >
            {body}
          </Section>
        );
      })}
      <RehearsalSection input={input} id={id} />
      <Extensions />
    </>
  );
}

function issuesIn(host: FormHost, fields: readonly InspectorField[]): number {
  const under = (field: InspectorField) => `/${field.path.replaceAll('.', '/')}`;
  return host.problems.filter(
    (p) =>
      p.severity === 'error' &&
      fields.some((f) => p.pointer === under(f) || p.pointer.startsWith(`${under(f)}/`)),
  ).length;
}

function summaryOfSection(
  section: InspectorSection,
  host: FormHost,
  fields: readonly InspectorField[],
): string {
  if (section === 'failure') {
    const policy = fields.some((field) => field.control === 'policy')
      ? (getIn(host.value, ['policy']) as FlowNode['policy'])
      : undefined;
    return policy === undefined ? '' : policyRefWords(host.flow, policy);
  }
  const set = fields.filter((field) => getIn(host.value, fieldPath(field.path)) !== undefined);
  return set.map((field) => defined(field.label).toLowerCase()).join(', ');
}

/** The role contract of an agent node, edited where it is used. */
function AgentInPlace({ input, name }: { readonly input: HostInput; readonly name: string }) {
  const openPart = useOpenPart();
  const host = partHost(input, 'agents', name);
  if (!host) return null;
  const users = usersOf(input.flow, 'agents', name);
  const others =
    users.length > 1
      ? t('inspector.agent.shared', {
          count: users.length,
          names: users.map((id) => nameOf(id, nodeAt(input.flow, id) ?? { kind: 'start' })).join(', '),
        })
      : '';
  return (
    <FormProvider host={host}>
      <Section id="node:agent" open title={t('inspector.agent.title', { name })}>
        {others ? <p className="meta">{others}</p> : null}
        {agentFields
          .filter((field) => (field.section ?? 'main') === 'main' || field.section === 'result')
          .map((field) => (
            <Control key={field.path} field={field} />
          ))}
        <Button variant="default" fullWidth onClick={() => openPart('agents', name)}>
          {t('inspector.agent.more')}
        </Button>
      </Section>
    </FormProvider>
  );
}
