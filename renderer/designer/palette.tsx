import { ActionIcon, TextInput, Tooltip, UnstyledButton } from '@mantine/core';
import { Blocks, PanelLeftClose, PanelLeftOpen, Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { TemplateInfo } from '../../shared/ipc/contract';
import { NODE_GROUPS } from '../../shared/nodes/define';
import { nodeKinds } from '../../shared/nodes/kinds.generated';
import type { Flow } from '../../shared/spec/flow';
import type { NodeKind } from '../../shared/spec/nodes';
import { request } from '../bridge/bridge';
import { KIND_MIME } from '../canvas/canvas-types';
import { addableKinds, type KindEntry, searchKinds } from '../canvas/quick-add';
import { t } from '../i18n/t';
import { KindIcon } from '../ui/kind-icon';

interface Props {
  readonly collapsed: boolean;
  readonly onCollapse: (collapsed: boolean) => void;
  readonly onAdd: (kind: NodeKind) => void;
  /** Whether a kind may stand in the graph that is shown. */
  /** Puts the steps of a template into this flow. */
  readonly onPiece: (template: Flow) => void;
  readonly only?: ((kind: NodeKind) => boolean) | undefined;
}

/** Everything that can be added: drag it, click it, or press Enter on it. */
export function Palette({ collapsed, onCollapse, onAdd, onPiece, only }: Props) {
  const [search, setSearch] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const found = searchKinds(addableKinds(only), search);
  const groups = search
    ? [{ id: 'found', entries: found }]
    : NODE_GROUPS.map((id) => ({ id, entries: found.filter((entry) => nodeKinds[entry.kind].group === id) }));
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    const items = [...(list.current?.querySelectorAll<HTMLElement>('.palette-item') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    items[(at + by + items.length) % items.length]?.focus();
    event.preventDefault();
  };
  return (
    <aside className={`palette${collapsed ? ' is-collapsed' : ''}`} aria-label={t('designer.palette')}>
      <div className="palette-head">
        {collapsed ? null : (
          <TextInput
            className="grow"
            leftSection={<Search size={13} aria-hidden />}
            placeholder={t('designer.palette.search')}
            aria-label={t('designer.palette.search')}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && found[0]) onAdd(found[0].kind);
              else onKeyDown(event);
            }}
          />
        )}
        <ActionIcon
          aria-label={collapsed ? t('designer.palette.open') : t('designer.palette.close')}
          onClick={() => onCollapse(!collapsed)}
        >
          {collapsed ? <PanelLeftOpen size={16} aria-hidden /> : <PanelLeftClose size={16} aria-hidden />}
        </ActionIcon>
      </div>
      <div className="palette-list" ref={list} onKeyDown={onKeyDown} role="presentation">
        {groups
          .filter(({ entries }) => entries.length > 0)
          .map(({ id, entries }) => (
            <div key={id} className="palette-group" role="group" aria-label={groupTitle(id)}>
              {collapsed ? null : <h2>{groupTitle(id)}</h2>}
              {entries.map((entry) => (
                <Item key={entry.kind} entry={entry} collapsed={collapsed} onAdd={onAdd} />
              ))}
            </div>
          ))}
        {collapsed || only ? null : <Pieces search={search} onPiece={onPiece} />}
        {found.length === 0 ? <p className="meta">{t('canvas.add.none')}</p> : null}
      </div>
    </aside>
  );
}

/** Whole templates, to build on instead of starting from. */
function Pieces(props: { readonly search: string; readonly onPiece: (template: Flow) => void }) {
  const templates = useTemplates();
  const words = props.search.trim().toLowerCase();
  const found = templates.filter(({ name, description }) =>
    `${name} ${description}`.toLowerCase().includes(words),
  );
  if (found.length === 0) return null;
  return (
    <div className="palette-group" role="group" aria-label={t('designer.pieces')}>
      <h2>{t('designer.pieces')}</h2>
      {found.map(({ id, name, description, document }) => (
        <Tooltip key={id} label={description} position="right" multiline maw={260} openDelay={500}>
          <UnstyledButton
            className="palette-item"
            aria-label={t('designer.pieces.insert', { name })}
            onClick={() => props.onPiece(document)}
          >
            <span className="palette-piece">
              <Blocks size={14} aria-hidden />
            </span>
            <span className="truncate">{name}</span>
          </UnstyledButton>
        </Tooltip>
      ))}
    </div>
  );
}

function useTemplates(): readonly TemplateInfo[] {
  const [templates, setTemplates] = useState<readonly TemplateInfo[]>([]);
  useEffect(() => {
    // Home says why templates cannot be read; the palette is complete without them.
    request('flow.templates', {}).then(
      (answer) => setTemplates(answer.templates),
      () => undefined,
    );
  }, []);
  return templates;
}

function groupTitle(id: string): string {
  const group = NODE_GROUPS.find((name) => name === id);
  return group ? t(`designer.group.${group}`) : t('designer.group.found');
}

function Item({
  entry,
  collapsed,
  onAdd,
}: {
  readonly entry: KindEntry;
  readonly collapsed: boolean;
  readonly onAdd: (kind: NodeKind) => void;
}) {
  return (
    <Tooltip
      label={collapsed ? `${entry.title}: ${entry.description}` : entry.description}
      position="right"
      multiline
      maw={260}
      openDelay={500}
    >
      <UnstyledButton
        className="palette-item"
        draggable
        aria-label={`${entry.title}. ${entry.description}`}
        onDragStart={(event) => {
          event.dataTransfer.setData(KIND_MIME, entry.kind);
          event.dataTransfer.effectAllowed = 'copy';
        }}
        onClick={() => onAdd(entry.kind)}
      >
        <KindIcon kind={entry.kind} size={22} />
        {collapsed ? null : <span className="truncate">{entry.title}</span>}
      </UnstyledButton>
    </Tooltip>
  );
}
