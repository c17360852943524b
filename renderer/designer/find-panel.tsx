/** Finds words anywhere in the flow and replaces them, one by one or all at once, as one step that can be undone. */
import { Button, Switch, TextInput, UnstyledButton } from '@mantine/core';
import { Replace, ReplaceAll } from 'lucide-react';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { type FindOptions, findText, type FoundText, replaceText } from '../../shared/editing/find';
import { graphAt, type GraphRef, nodeAt } from '../../shared/editing/graphs';
import { nameOf } from '../../shared/nodes/lookup';
import type { Flow } from '../../shared/spec/flow';
import { designerHighlights, type Highlight } from '../canvas/highlight';
import { t } from '../i18n/t';
import { useRemembered } from '../ui/use-remembered';
import { clearHighlights, shownHolder } from './variable-highlight';

interface Props {
  readonly flow: Flow;
  readonly graph: GraphRef;
  readonly edit: (label: string, change: (doc: Flow) => Flow) => void;
  readonly onGo: (found: FoundText) => void;
}

/** More rows than these help nobody; the words say how many there are. */
const MAX_ROWS = 200;

export function FindPanel({ flow, graph, edit, onGo }: Props) {
  const [query, setQuery] = useRemembered<string>('find.query', '');
  const [replacement, setReplacement] = useState('');
  const [matchCase, setMatchCase] = useState(false);
  const [wholeWord, setWholeWord] = useState(false);
  const options: FindOptions = useMemo(() => ({ matchCase, wholeWord }), [matchCase, wholeWord]);
  const asked = useDeferredValue(query);
  const found = useMemo(() => findText(flow, asked, options), [flow, asked, options]);
  useFoundOnCanvas(flow, graph, found);
  const replaceable = found.filter((one) => !one.fixed);
  const count = replaceable.reduce((sum, one) => sum + one.ranges.length, 0);
  const replace = (some: readonly FoundText[]) =>
    edit(t('designer.find.edit', { query, replacement }), (doc) =>
      replaceText(doc, some, query, replacement, options),
    );
  return (
    <div className="find">
      <FindBar
        {...{
          query,
          setQuery,
          replacement,
          setReplacement,
          matchCase,
          setMatchCase,
          wholeWord,
          setWholeWord,
          count,
        }}
        onReplaceAll={() => replace(replaceable)}
      />
      <p className="meta" role="status">
        {asked === '' ? t('designer.find.hint') : t('designer.find.count', { count: found.length })}
      </p>
      <ul className="find-list" aria-label={t('designer.find.found')}>
        {found.slice(0, MAX_ROWS).map((one) => (
          <FoundRow
            key={one.path.join('/')}
            flow={flow}
            found={one}
            onGo={() => onGo(one)}
            onReplace={() => replace([one])}
          />
        ))}
      </ul>
    </div>
  );
}

interface BarProps {
  readonly query: string;
  readonly setQuery: (query: string) => void;
  readonly replacement: string;
  readonly setReplacement: (replacement: string) => void;
  readonly matchCase: boolean;
  readonly setMatchCase: (on: boolean) => void;
  readonly wholeWord: boolean;
  readonly setWholeWord: (on: boolean) => void;
  readonly count: number;
  readonly onReplaceAll: () => void;
}

function FindBar(props: BarProps) {
  return (
    <div className="row find-bar">
      <TextInput
        id="find-query"
        size="xs"
        aria-label={t('designer.find.query')}
        placeholder={t('designer.find.query')}
        value={props.query}
        onChange={(event) => props.setQuery(event.currentTarget.value)}
      />
      <TextInput
        size="xs"
        aria-label={t('designer.find.replacement')}
        placeholder={t('designer.find.replacement')}
        value={props.replacement}
        onChange={(event) => props.setReplacement(event.currentTarget.value)}
      />
      <Button
        size="compact-sm"
        variant="default"
        disabled={props.count === 0}
        leftSection={<ReplaceAll size={13} aria-hidden />}
        onClick={props.onReplaceAll}
      >
        {t('designer.find.all', { count: props.count })}
      </Button>
      <Switch
        size="xs"
        label={t('designer.find.case')}
        checked={props.matchCase}
        onChange={(event) => props.setMatchCase(event.currentTarget.checked)}
      />
      <Switch
        size="xs"
        label={t('designer.find.word')}
        checked={props.wholeWord}
        onChange={(event) => props.setWholeWord(event.currentTarget.checked)}
      />
    </div>
  );
}

interface RowProps {
  readonly flow: Flow;
  readonly found: FoundText;
  readonly onGo: () => void;
  readonly onReplace: () => void;
}

function FoundRow({ flow, found, onGo, onReplace }: RowProps) {
  const where = placeName(flow, found);
  return (
    <li className="row found">
      <UnstyledButton className="found-go" onClick={onGo}>
        <span className="found-where truncate">
          {where} <span className="meta mono">{found.field}</span>
        </span>
        <Excerpt found={found} />
      </UnstyledButton>
      {found.fixed ? (
        <span className="meta">{t('designer.find.fixed')}</span>
      ) : (
        <Button
          size="compact-xs"
          variant="light"
          leftSection={<Replace size={12} aria-hidden />}
          aria-label={t('designer.find.oneOf', { where })}
          onClick={onReplace}
        >
          {t('designer.find.one')}
        </Button>
      )}
    </li>
  );
}

const AROUND = 48;

/** The words around the first place, with every place in them marked. */
function Excerpt({ found: { text, ranges } }: { readonly found: FoundText }) {
  const [first = [0, 0] as const] = ranges;
  const start = Math.max(0, first[0] - AROUND);
  const end = Math.min(text.length, first[1] + AROUND * 2);
  const inside = ranges.filter(([from, to]) => from >= start && to <= end);
  return (
    <span className="found-text mono truncate">
      {start > 0 ? '…' : ''}
      {inside.map(([from, to], i) => (
        <span key={from}>
          {text.slice(inside[i - 1]?.[1] ?? start, from)}
          <mark>{text.slice(from, to)}</mark>
        </span>
      ))}
      {text.slice(inside.at(-1)?.[1] ?? start, end)}
      {end < text.length ? '…' : ''}
    </span>
  );
}

function placeName(flow: Flow, { place }: FoundText): string {
  switch (place.type) {
    case 'node': {
      const node = nodeAt(flow, place.id);
      return node ? nameOf(place.id, node) : place.id;
    }
    case 'edge': {
      const graph = graphAt(flow, place.graph);
      const edge = graph?.edges[place.index];
      const named = (id: string) => nameOf(id, graph?.nodes[id] ?? { kind: 'start' });
      return edge ? `${named(edge.from)} → ${named(edge.to)}` : t('designer.find.edge');
    }
    case 'part':
      return place.name;
    case 'note':
      return t('designer.find.note');
    case 'flow':
      return t('designer.find.flow');
  }
}

/** Nodes with a hit, or that hold one, stand out on the canvas while the panel is open. */
function useFoundOnCanvas(flow: Flow, graph: GraphRef, found: readonly FoundText[]): void {
  useEffect(() => {
    const nodes: Record<string, Highlight> = {};
    for (const { place } of found) {
      const holder = place.type === 'node' ? shownHolder(flow, graph, place.id) : undefined;
      if (holder !== undefined) nodes[holder] = 'found';
    }
    designerHighlights.setState({ nodes, edges: {} });
    return clearHighlights;
  }, [flow, graph, found]);
}
