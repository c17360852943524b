import type { PartSection } from '../../../shared/editing/rename';
import { t } from '../../i18n/t';
import type { ThingChange } from './flow-changes';

const PARTS: Readonly<Record<PartSection, () => string>> = {
  context: () => t('versions.part.context'),
  models: () => t('versions.part.models'),
  mcpServers: () => t('versions.part.mcpServers'),
  tools: () => t('versions.part.tools'),
  agents: () => t('versions.part.agents'),
  policies: () => t('versions.part.policies'),
  schemas: () => t('versions.part.schemas'),
  subflows: () => t('versions.part.subflows'),
};

const FIELDS: Readonly<Record<string, () => string>> = {
  name: () => t('versions.field.name'),
  version: () => t('versions.field.version'),
  description: () => t('versions.field.description'),
  input: () => t('versions.field.input'),
  output: () => t('versions.field.output'),
  budget: () => t('versions.field.budget'),
  onFailure: () => t('versions.field.onFailure'),
  rehearsal: () => t('versions.field.rehearsal'),
  tests: () => t('versions.field.tests'),
  extensions: () => t('versions.field.extensions'),
  layout: () => t('versions.field.layout'),
};

export function wordOfPart(section: PartSection): string {
  return PARTS[section]();
}

/** What kind of thing changed: "Node", "Connection", "Agent". */
export function typeOfChange(change: ThingChange): string {
  if (change.type === 'node') return t('versions.type.node');
  if (change.type === 'edge') return t('versions.type.edge');
  return change.section ? PARTS[change.section]() : t('versions.type.flow');
}

export function nameOfChange(change: ThingChange): string {
  return change.type === 'field' ? (FIELDS[change.name]?.() ?? change.name) : change.name;
}
