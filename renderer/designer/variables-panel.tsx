/** Shared state: who writes and reads each field, as a list and as a matrix of nodes and fields. */
import { SegmentedControl, UnstyledButton } from '@mantine/core';
import type { Json } from '../../shared/base/json';
import { type GraphRef, nodeAt } from '../../shared/editing/graphs';
import { variableUses } from '../../shared/editing/parts';
import { nameOf } from '../../shared/nodes/lookup';
import type { Flow } from '../../shared/spec/flow';
import { defined } from '../i18n/define-words';
import { t } from '../i18n/t';
import { mergeRules } from '../inspector/part-options';
import { typeWords } from '../inspector/scope';
import { useRemembered } from '../ui/use-remembered';
import { FieldLink, ScopeMatrix } from './scope-matrix';

interface Props {
  readonly flow: Flow;
  readonly graph: GraphRef;
  readonly edit: (label: string, change: (doc: Flow) => Flow) => void;
  readonly onGoNode: (id: string) => void;
  readonly onGoField: (name: string) => void;
}

export function VariablesPanel(props: Props) {
  const [view, setView] = useRemembered<string>('variables.view', 'list');
  if (variableUses(props.flow).length === 0) return <p className="meta">{t('designer.variables.none')}</p>;
  return (
    <>
      <div className="row variables-bar">
        <SegmentedControl
          size="xs"
          aria-label={t('designer.variables.view')}
          data={[
            { value: 'list', label: t('designer.variables.list') },
            { value: 'matrix', label: t('designer.variables.matrix') },
          ]}
          value={view}
          onChange={setView}
        />
        <span className="meta">{t('designer.variables.hint')}</span>
      </div>
      {view === 'matrix' ? <ScopeMatrix {...props} /> : <FieldTable {...props} />}
    </>
  );
}

/** By field. */
function FieldTable({
  flow,
  graph,
  onGoNode,
  onGoField,
}: {
  readonly flow: Flow;
  readonly graph: GraphRef;
  readonly onGoNode: (id: string) => void;
  readonly onGoField: (name: string) => void;
}) {
  const uses = variableUses(flow);
  const links = (ids: readonly string[]) =>
    ids.length === 0 ? (
      <span className="meta">{t('designer.variables.nobody')}</span>
    ) : (
      ids.map((id) => (
        <UnstyledButton key={id} className="link-button" onClick={() => onGoNode(id)}>
          {nameOf(id, nodeAt(flow, id) ?? { kind: 'start' })}
        </UnstyledButton>
      ))
    );
  return (
    <table className="variables">
      <thead>
        <tr>
          {(['field', 'type', 'rule', 'writers', 'readers'] as const).map((column) => (
            <th key={column} scope="col">
              {t(`designer.variables.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {uses.map(({ field, writers, readers }) => {
          const declared = flow.context?.[field];
          return (
            <tr key={field}>
              <th scope="row">
                <FieldLink flow={flow} graph={graph} field={field} onGoField={onGoField} />
              </th>
              <td>
                {declared ? typeWords(declared.schema as Json, flow) : t('designer.variables.undeclared')}
              </td>
              <td>{ruleWords(declared?.merge)}</td>
              <td>{links(writers)}</td>
              <td>{links(readers)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The same words as in its form. */
function ruleWords(merge: string | undefined): string {
  return defined(mergeRules.find((rule) => rule.value === merge)?.label ?? '');
}
