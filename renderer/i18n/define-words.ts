/** Words of definitions, which are data in English, in the person's language. */
import { kindsDe } from './de/kinds';
import { currentLanguage } from './t';

/** The same text when it has no translation: prose of a flow is never translated. */
export function defined(text: string): string {
  return currentLanguage() === 'de' && Object.hasOwn(kindsDe, text) ? (kindsDe[text] ?? text) : text;
}

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
