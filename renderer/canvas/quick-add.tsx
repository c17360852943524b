import { Box, TextInput, UnstyledButton } from '@mantine/core';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { NODE_GROUPS } from '../../shared/nodes/define';
import { nodeKinds } from '../../shared/nodes/kinds.generated';
import type { NodeKind } from '../../shared/spec/nodes';
import { defined } from '../i18n/define-words';
import { t } from '../i18n/t';
import { KindIcon } from '../ui/kind-icon';

export interface KindEntry {
  readonly kind: NodeKind;
  readonly title: string;
  readonly description: string;
  readonly keywords: readonly string[];
}

/** What can be added, in the order of the palette. A start is made with its graph and cannot be added. */
export function addableKinds(only?: (kind: NodeKind) => boolean): readonly KindEntry[] {
  const all = Object.values(nodeKinds).filter(({ kind }) => kind !== 'start' && (only?.(kind) ?? true));
  return all
    .toSorted((a, b) => NODE_GROUPS.indexOf(a.group) - NODE_GROUPS.indexOf(b.group))
    .map(({ kind, title, description, keywords }) => ({
      kind,
      title: defined(title),
      description: defined(description),
      keywords: [...keywords, title.toLowerCase()],
    }));
}

/** The entries all words of a search occur in, those whose title starts with it first. */
export function searchKinds(entries: readonly KindEntry[], search: string): readonly KindEntry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const score = (entry: KindEntry): number => {
    const title = entry.title.toLowerCase();
    const rest = `${entry.kind} ${entry.keywords.join(' ')} ${entry.description}`.toLowerCase();
    if (words.some((word) => !title.includes(word) && !rest.includes(word))) return -1;
    return words.every((word) => title.startsWith(word))
      ? 2
      : words.every((word) => title.includes(word) || entry.keywords.some((k) => k.startsWith(word)))
        ? 1
        : 0;
  };
  return entries
    .map((entry) => ({ entry, score: score(entry) }))
    .filter((scored) => scored.score >= 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}

interface Props {
  /** In pixels of the canvas. */
  readonly at: { readonly x: number; readonly y: number };
  /** What it will follow, when a wire was dropped. */
  readonly after?: string;
  readonly only?: (kind: NodeKind) => boolean;
  readonly onAdd: (kind: NodeKind) => void;
  readonly onClose: () => void;
}

/** Search and insert: opened by `/`, a double-click, or a wire dropped on empty canvas. */
export function QuickAdd({ at, after, only, onAdd, onClose }: Props) {
  const [search, setSearch] = useState('');
  const [active, setActive] = useState(0);
  const entries = useMemo(() => searchKinds(addableKinds(only), search), [only, search]);
  const listId = useId();
  const box = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined) setActive((active + move + entries.length) % Math.max(1, entries.length));
    else if (event.key === 'Enter' && entries[active]) onAdd(entries[active].kind);
    else if (event.key === 'Escape') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <Box
      ref={box}
      className="quick-add"
      role="dialog"
      aria-label={t('canvas.add')}
      style={{ left: at.x, top: at.y }}
      onBlur={(event) => {
        if (!box.current?.contains(event.relatedTarget)) onClose();
      }}
    >
      {after ? <div className="quick-after truncate">{after}</div> : null}
      <TextInput
        ref={focusFirst}
        value={search}
        placeholder={t('canvas.add.search')}
        aria-label={t('canvas.add.search')}
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={entries[active] ? `${listId}-${entries[active].kind}` : undefined}
        leftSection={<Search size={14} aria-hidden />}
        onChange={(event) => {
          setSearch(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <KindList id={listId} entries={entries} active={active} onActive={setActive} onAdd={onAdd} />
    </Box>
  );
}

const focusFirst = (input: HTMLInputElement | null) => input?.focus();

interface ListProps {
  readonly id: string;
  readonly entries: readonly KindEntry[];
  readonly active: number;
  readonly onActive: (index: number) => void;
  readonly onAdd: (kind: NodeKind) => void;
}

function KindList({ id, entries, active, onActive, onAdd }: ListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div className="quick-list" role="listbox" id={id} aria-label={t('canvas.add')} ref={list}>
      {entries.length === 0 ? <p className="meta">{t('canvas.add.none')}</p> : null}
      {entries.map((entry, i) => (
        <UnstyledButton
          key={entry.kind}
          id={`${id}-${entry.kind}`}
          role="option"
          tabIndex={-1}
          aria-selected={i === active}
          className="quick-item"
          onPointerMove={() => onActive(i)}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onAdd(entry.kind)}
        >
          <KindIcon kind={entry.kind} size={24} />
          <span>
            <strong>{entry.title}</strong>
            <small>{entry.description}</small>
          </span>
        </UnstyledButton>
      ))}
    </div>
  );
}
