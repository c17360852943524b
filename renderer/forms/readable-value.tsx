/** A value as a person reads it: text as text, lists as lists, objects as names and values. Never markup. */
import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { formatNumber, t } from '../i18n/t';
import { JsonView } from '../ui/json-view';
import { wordsOf } from './json-schema';
import './forms.css';

const MAX_DEPTH = 3;
const LONG = 900;
const MANY = 20;

export function ReadableValue({ value, depth = 0 }: { readonly value: unknown; readonly depth?: number }) {
  if (value === null || value === undefined) return <span className="meta">{t('forms.nothing')}</span>;
  if (typeof value === 'string') return <LongText text={value} />;
  if (typeof value === 'number')
    return <span className="num readable-number">{formatNumber(value, { maximumFractionDigits: 10 })}</span>;
  if (typeof value === 'boolean') return <span>{t(value ? 'forms.yes' : 'forms.no')}</span>;
  if (depth >= MAX_DEPTH) return <JsonView value={value} openLevels={0} />;
  if (Array.isArray(value)) return <ReadableList items={value} depth={depth} />;
  const entries = Object.entries(value as object);
  if (entries.length === 0) return <span className="meta">{t('forms.emptyObject')}</span>;
  return (
    <dl className="readable-fields">
      {entries.map(([name, inner]) => (
        <div key={name} className={isShort(inner) ? 'is-short' : ''}>
          <dt>{wordsOf(name)}</dt>
          <dd>
            <ReadableValue value={inner} depth={depth + 1} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function isShort(value: unknown): boolean {
  return typeof value !== 'object' ? String(value).length < 48 : value === null;
}

function ReadableList({ items, depth }: { readonly items: readonly unknown[]; readonly depth: number }) {
  const [all, setAll] = useState(false);
  if (items.length === 0) return <span className="meta">{t('forms.emptyList')}</span>;
  const shown = all ? items : items.slice(0, MANY);
  return (
    <>
      <ol className="readable-list">
        {shown.map((item, i) => (
          // items of a recorded value never move
          <li key={i}>
            <ReadableValue value={item} depth={depth + 1} />
          </li>
        ))}
      </ol>
      {items.length > shown.length ? (
        <UnstyledButton className="link" onClick={() => setAll(true)}>
          {t('ui.json.more', { count: items.length - shown.length })}
        </UnstyledButton>
      ) : null}
    </>
  );
}

function LongText({ text }: { readonly text: string }) {
  const [all, setAll] = useState(false);
  if (text === '') return <span className="meta">{t('forms.emptyText')}</span>;
  const shown = all || text.length <= LONG + 100 ? text : `${text.slice(0, LONG)}…`;
  return (
    <span className="readable-text">
      {shown}
      {shown === text ? null : (
        <UnstyledButton className="link" onClick={() => setAll(true)}>
          {' '}
          {t('forms.more', { count: text.length - LONG })}
        </UnstyledButton>
      )}
    </span>
  );
}
