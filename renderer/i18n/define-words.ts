/** Words of definitions, which are data in English, in the person's language. */
import { kindsDe } from './de/kinds';
import { summariesDe } from './de/summaries';
import { type Say, sayPlainly } from '../../shared/nodes/words';
import { currentLanguage } from './t';

const german = new Map([...Object.entries(kindsDe), ...Object.entries(summariesDe)]);

/** The same text when it has no translation: prose of a flow is never translated. */
export function defined(text: string): string {
  return currentLanguage() === 'de' ? (german.get(text) ?? text) : text;
}

/** What a node does, in the person's language. */
export const sayDefined: Say = (english, values) => sayPlainly(defined(english), values);

/** The words of a form's field, whatever kind of field it is. */
export function definedField<
  F extends {
    readonly label: string;
    readonly help?: string | undefined;
    readonly placeholder?: string | undefined;
  },
>(field: F): F {
  if (currentLanguage() === 'en') return field;
  const options =
    'options' in field && Array.isArray(field.options) ? { options: field.options.map(definedOption) } : {};
  return {
    ...field,
    ...options,
    label: defined(field.label),
    ...(field.help === undefined ? {} : { help: defined(field.help) }),
    ...(field.placeholder === undefined ? {} : { placeholder: defined(field.placeholder) }),
  };
}

function definedOption(option: { readonly label: string; readonly help?: string }): object {
  return {
    ...option,
    label: defined(option.label),
    ...(option.help === undefined ? {} : { help: defined(option.help) }),
  };
}
