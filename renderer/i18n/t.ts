/**
 * The words of the window. One typed catalogue; English is complete and is what a missing translation falls back to.
 * In a message `{name}` is replaced by `vars.name`, `{count|flow|flows}` picks a word by the number `vars.count`.
 */
import { create } from 'zustand';
import { de } from './de/de';
import { en } from './en/en';

export type MessageKey = keyof typeof en;
export type Vars = Readonly<Record<string, string | number>>;
export type Language = 'en' | 'de';

const catalogues: Readonly<Record<Language, Partial<Record<MessageKey, string>>>> = { en, de };

interface LanguageState {
  readonly language: Language;
}
const useLanguageStore = create<LanguageState>()(() => ({ language: 'en' }));

export function setLanguage(language: Language): void {
  useLanguageStore.setState({ language });
  document.documentElement.lang = language;
}

export function currentLanguage(): Language {
  return useLanguageStore.getState().language;
}

/** Renders again when the language changes; the shell uses it once at the top. */
export function useLanguage(): Language {
  return useLanguageStore((s) => s.language);
}

export function t(key: MessageKey, vars?: Vars): string {
  const message = catalogues[currentLanguage()][key] ?? en[key];
  return vars ? fill(message, vars) : message;
}

function fill(message: string, vars: Vars): string {
  return message.replace(
    /\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g,
    (whole, name: string, one?: string, other?: string) => {
      const value = vars[name];
      if (value === undefined) return whole;
      if (one !== undefined && other !== undefined) return Number(value) === 1 ? one : other;
      return typeof value === 'number' ? formatNumber(value) : value;
    },
  );
}

/** Making a formatter costs far more than using it, and lists format thousands of numbers. */
const plain = new Map<Language, Intl.NumberFormat>();

function plainFormat(language: Language): Intl.NumberFormat {
  const known = plain.get(language);
  if (known) return known;
  const made = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  plain.set(language, made);
  return made;
}

/** A number with thousands separators in the person's language. */
export function formatNumber(value: number, options?: Intl.NumberFormatOptions): string {
  if (!options) return plainFormat(currentLanguage()).format(value);
  return new Intl.NumberFormat(currentLanguage(), { maximumFractionDigits: 2, ...options }).format(value);
}
