/** The difference an edit makes, in a few lines. */
import type { Json } from '../../shared/base/json';
import { pointerTokens } from '../../shared/base/json-pointer';
import { t } from '../i18n/t';
import { wordsOf } from './json-schema';
import { changesBetween, textParts, type ValueChange } from './value-diff';
import './forms.css';

interface Props {
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  /** Names of the two sides for those who hear the page. */
  readonly label: string;
}

export function ChangeList({ before, after, label }: Props) {
  const changes = changesBetween(before, after);
  if (changes.length === 0) return <p className="meta">{t('forms.unchanged')}</p>;
  return (
    <ul className="change-list" aria-label={label}>
      {changes.map((change) => (
        <li key={change.pointer}>
          <span className="change-name">{nameOf(change.pointer)}</span>
          <Difference change={change} />
        </li>
      ))}
    </ul>
  );
}

function nameOf(pointer: string): string {
  return pointerTokens(pointer).map(wordsOf).join(' › ');
}

function Difference({ change }: { readonly change: ValueChange }) {
  const { before, after } = change;
  if (
    typeof before === 'string' &&
    typeof after === 'string' &&
    (before.includes(' ') || after.includes(' '))
  ) {
    return (
      <span className="change-text">
        {textParts(before, after).map((part, i) => {
          // the parts of one text are made anew together
          if (part.change === 'same') return <span key={i}>{part.text}</span>;
          // as above
          return part.change === 'added' ? <ins key={i}>{part.text}</ins> : <del key={i}>{part.text}</del>;
        })}
      </span>
    );
  }
  return (
    <span className="change-text">
      {before === undefined ? (
        <span className="meta">{t('forms.change.new')}</span>
      ) : (
        <del>{shortText(before)}</del>
      )}{' '}
      <span aria-hidden>→</span>{' '}
      {after === undefined ? (
        <span className="meta">{t('forms.change.gone')}</span>
      ) : (
        <ins>{shortText(after)}</ins>
      )}
    </span>
  );
}

function shortText(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
