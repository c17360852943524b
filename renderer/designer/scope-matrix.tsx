/** Who may read and who writes what, at one glance: a row for each node, a column for each field, a click changes it. */
import { Switch, TextInput, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { allGraphs, type GraphRef, nodeAt, sameGraph } from '../../shared/editing/graphs';
import { setField } from '../../shared/editing/nodes';
import { variableUses } from '../../shared/editing/parts';
import { definitionOf, nameOf } from '../../shared/nodes/lookup';
import type { Flow } from '../../shared/spec/flow';
import type { FlowNode } from '../../shared/spec/nodes';
import { t } from '../i18n/t';
import { outputEntries } from '../inspector/scope';
import { KindIcon } from '../ui/kind-icon';
import { clearHighlights, highlightField } from './variable-highlight';

interface Props {
  readonly flow: Flow;
  readonly graph: GraphRef;
  readonly edit: (label: string, change: (doc: Flow) => Flow) => void;
  readonly onGoNode: (id: string) => void;
  readonly onGoField: (name: string) => void;
}

/** Rows at first; more are drawn when asked for. */
const PAGE = 100;

export function ScopeMatrix(props: Props) {
  const { flow, graph } = props;
  const [search, setSearch] = useState('');
  const [everywhere, setEverywhere] = useState(false);
  const [shown, setShown] = useState(PAGE);
  const fields = variableUses(flow).map(({ field }) => field);
  const rows = scopedNodes(flow, everywhere ? undefined : graph, search);
  return (
    <div className="matrix">
      <div className="row">
        <TextInput
          size="xs"
          aria-label={t('designer.matrix.search')}
          placeholder={t('designer.matrix.search')}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Switch
          size="xs"
          label={t('designer.matrix.everywhere')}
          checked={everywhere}
          onChange={(event) => setEverywhere(event.currentTarget.checked)}
        />
      </div>
      <table aria-label={t('designer.matrix.label')}>
        <thead>
          <tr>
            <th scope="col">{t('designer.matrix.node')}</th>
            {fields.map((field) => (
              <th scope="col" key={field}>
                <FieldLink flow={flow} graph={graph} field={field} onGoField={props.onGoField} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map(([id, node]) => (
            <Row key={id} {...props} id={id} node={node} fields={fields} />
          ))}
        </tbody>
      </table>
      {rows.length > shown ? (
        <UnstyledButton className="link-button" onClick={() => setShown(shown + PAGE)}>
          {t('designer.matrix.more', { count: rows.length - shown })}
        </UnstyledButton>
      ) : null}
    </div>
  );
}

interface FieldLinkProps {
  readonly flow: Flow;
  readonly graph: GraphRef;
  readonly field: string;
  readonly onGoField: (name: string) => void;
}

/** Opens a field; pointing at it marks on the canvas who uses it. */
export function FieldLink({ flow, graph, field, onGoField }: FieldLinkProps) {
  const mark = () => highlightField(flow, graph, field);
  return (
    <UnstyledButton
      className="link-button mono truncate"
      onClick={() => onGoField(field)}
      onMouseEnter={mark}
      onMouseLeave={clearHighlights}
      onFocus={mark}
      onBlur={clearHighlights}
    >
      {field}
    </UnstyledButton>
  );
}

/** Nodes that can have shared state at all. */
function scopedNodes(
  flow: Flow,
  only: GraphRef | undefined,
  search: string,
): readonly (readonly [string, FlowNode])[] {
  const words = search.trim().toLowerCase();
  return allGraphs(flow)
    .filter(({ ref }) => !only || sameGraph(ref, only))
    .flatMap(({ graph }) => Object.entries(graph.nodes))
    .filter(([id, node]) => {
      const shares = definitionOf(node.kind)?.shares ?? [];
      return (
        (shares.includes('reads') || shares.includes('writes')) &&
        (words === '' || nameOf(id, node).toLowerCase().includes(words))
      );
    });
}

interface RowProps extends Props {
  readonly id: string;
  readonly node: FlowNode;
  readonly fields: readonly string[];
}

function Row({ flow, edit, onGoNode, id, node, fields }: RowProps) {
  const name = nameOf(id, node);
  const shares = definitionOf(node.kind)?.shares ?? [];
  return (
    <tr>
      <th scope="row">
        <span className="row">
          <KindIcon kind={node.kind} />
          <UnstyledButton className="link-button truncate" onClick={() => onGoNode(id)}>
            {name}
          </UnstyledButton>
        </span>
      </th>
      {fields.map((field) => (
        <td key={field}>
          <span className="matrix-cell">
            {shares.includes('reads') ? (
              <Toggle
                on={node.reads?.includes(field) ?? false}
                look="reads"
                label={t('designer.matrix.reads', { name, field })}
                onToggle={() =>
                  edit(t('designer.matrix.edit', { name, field }), (doc) => toggleRead(doc, id, field))
                }
              />
            ) : null}
            {shares.includes('writes') ? (
              <Toggle
                on={Object.hasOwn(node.writes ?? {}, field)}
                look="writes"
                label={t('designer.matrix.writes', { name, field })}
                title={node.writes?.[field]}
                onToggle={() =>
                  edit(t('designer.matrix.edit', { name, field }), (doc) => toggleWrite(doc, flow, id, field))
                }
              />
            ) : null}
          </span>
        </td>
      ))}
    </tr>
  );
}

function Toggle(props: {
  readonly on: boolean;
  readonly look: 'reads' | 'writes';
  readonly label: string;
  readonly title?: string | undefined;
  readonly onToggle: () => void;
}) {
  return (
    <UnstyledButton
      className={`matrix-toggle is-${props.look}`}
      aria-pressed={props.on}
      aria-label={props.label}
      title={props.title ? `${props.label}: ${props.title}` : props.label}
      onClick={props.onToggle}
    >
      {t(`designer.matrix.${props.look}Short`)}
    </UnstyledButton>
  );
}

export function toggleRead(doc: Flow, id: string, field: string): Flow {
  const reads = nodeAt(doc, id)?.reads ?? [];
  const next = reads.includes(field) ? reads.filter((name) => name !== field) : [...reads, field];
  return setField(doc, id, ['reads'], next.length > 0 ? next : undefined);
}

/** A new write takes the field of the same name from the result where there is one. */
export function toggleWrite(doc: Flow, flow: Flow, id: string, field: string): Flow {
  const node = nodeAt(doc, id);
  if (!node) return doc;
  if (Object.hasOwn(node.writes ?? {}, field)) {
    const { [field]: _gone, ...rest } = node.writes ?? {};
    return setField(doc, id, ['writes'], Object.keys(rest).length > 0 ? rest : undefined);
  }
  const hasField = outputEntries(node, flow).some(({ name }) => name === field);
  return setField(doc, id, ['writes', field], hasField ? `output.${field}` : 'output');
}
