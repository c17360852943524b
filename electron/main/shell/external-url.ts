import { AppError } from '../../../shared/base/app-error';

/** Only what a browser shows over an encrypted connection may leave the app; no `file:`, no custom schemes, no passwords. */
export function isSafeExternalUrl(address: string): boolean {
  if (address.length > 2048 || !URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === 'https:' && url.username === '' && url.password === '';
}

export function checkExternalUrl(address: string): string {
  if (isSafeExternalUrl(address)) return new URL(address).href;
  throw new AppError('ipc/refused-url', 'Only addresses that start with https:// are opened in the browser.');
}
