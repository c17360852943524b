import { t } from '../i18n/t';

/** What happens when something fails, in order. */
export function RecoveryList({ words }: { readonly words: readonly string[] }) {
  if (words.length === 0) return null;
  return (
    <ol className="recovery" aria-label={t('inspector.recovery.title')}>
      {words.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ol>
  );
}
