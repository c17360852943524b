/** Short messages that do not stop the person. Mantine's container is a polite live region. */
import { notifications } from '@mantine/notifications';
import { sentenceOf } from '../bridge/bridge';
import { t } from '../i18n/t';

/** Looks and names all toasts share. */
function common() {
  return { withBorder: true, closeButtonProps: { 'aria-label': t('ui.close') } };
}

export function toast(message: string, title?: string): void {
  notifications.show({ message, ...(title ? { title } : {}), color: 'indigo', ...common() });
}

/** What happened and what to do; stays until it is closed. */
export function toastError(error: unknown, title?: string): void {
  const { message, hint, code } = sentenceOf(error);
  notifications.show({
    id: `${code}:${message}`,
    ...(title ? { title } : {}),
    message: hint ? `${message} ${hint}` : message,
    color: 'red',
    ...common(),
    autoClose: false,
  });
}

/** Runs something a button started: a refusal becomes a toast instead of an unhandled rejection. */
export function act(work: () => Promise<unknown>, title?: string): void {
  work().catch((error: unknown) => toastError(error, title));
}
