import { t } from '../i18n/t';
import { useValue } from './form';

/** What other programs keep in the file: shown by name, and never touched. */
export function Extensions() {
  const [value] = useValue<Readonly<Record<string, unknown>>>(['extensions']);
  const names = Object.keys(value ?? {});
  if (names.length === 0) return null;
  return <p className="meta">{t('inspector.extensions', { names: names.join(', ') })}</p>;
}
