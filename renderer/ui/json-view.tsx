import { ActionIcon, UnstyledButton } from '@mantine/core';
import { ChevronRight, Copy } from 'lucide-react';
import { useState } from 'react';
import { toast } from '../app/toasts';
import { t } from '../i18n/t';

interface Props {
  readonly value: unknown;
  /** How many levels are open at first; 1 unless said. */
  readonly openLevels?: number;
  readonly label?: string;
}
const PAGE = 100;

/** A JSON value as a tree that opens. Text is shown as text, never as markup. */
export function JsonView({ value, openLevels = 1, label }: Props) {
  return (
    <div className="json mono">
      <Entry name={label} value={value} level={0} openLevels={openLevels} />
      <ActionIcon
        className="json-copy"
        size={22}
        aria-label={t('ui.json.copy')}
        onClick={() => {
          navigator.clipboard.writeText(JSON.stringify(value, null, 2) ?? '').then(
            () => toast(t('ui.copied')),
            () => undefined, // the system refused its clipboard; nothing is lost
          );
        }}
      >
        <Copy size={13} aria-hidden />
      </ActionIcon>
    </div>
  );
}

interface EntryProps {
  readonly name: string | undefined;
  readonly value: unknown;
  readonly level: number;
  readonly openLevels: number;
}

function Entry({ name, value, level, openLevels }: EntryProps) {
  const [open, setOpen] = useState(level < openLevels);
  const [shown, setShown] = useState(PAGE);
  if (typeof value !== 'object' || value === null) {
    return (
      <div className="json-row">
        <Name name={name} />
        <Leaf value={value} />
      </div>
    );
  }
  const entries = Object.entries(value);
  const count = entries.length;
  const size = Array.isArray(value) ? t('ui.json.items', { count }) : t('ui.json.fields', { count });
  return (
    <div>
      <UnstyledButton className="json-row" aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight size={12} aria-hidden className={open ? 'turned' : ''} />
        <Name name={name} />
        <span className="meta">{size}</span>
      </UnstyledButton>
      {open ? (
        <div className="json-children">
          {entries.slice(0, shown).map(([key, child]) => (
            <Entry key={key} name={key} value={child} level={level + 1} openLevels={openLevels} />
          ))}
          {count > shown ? (
            <UnstyledButton className="json-row" onClick={() => setShown(shown + PAGE)}>
              {t('ui.json.more', { count: Math.min(PAGE, count - shown) })}
            </UnstyledButton>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

function Name({ name }: { readonly name: string | undefined }) {
  return name === undefined ? null : <span className="json-name">{name}: </span>;
}

function Leaf({ value }: { readonly value: unknown }) {
  const type = value === null ? 'null' : typeof value;
  const text = type === 'string' ? (value as string) : String(value);
  return <span className={`json-${type}`}>{text === '' ? '""' : text}</span>;
}
