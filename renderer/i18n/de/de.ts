import type { en } from '../en/en';
import { appDe } from './app';
import { uiDe } from './ui';

/** German. What is missing here is shown in English. */
export const de: Partial<Record<keyof typeof en, string>> = { ...appDe, ...uiDe };
