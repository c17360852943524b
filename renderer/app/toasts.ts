/** Short messages that do not stop the person. Mantine's container is a polite live region. */
import { notifications } from '@mantine/notifications';
import { sentenceOf } from '../bridge/bridge';

export function toast(message: string, title?: string): void {
  notifications.show({ message, ...(title ? { title } : {}), color: 'indigo', withBorder: true });
}

/** What happened and what to do; stays until it is closed. */
export function toastError(error: unknown, title?: string): void {
  const { message, hint, code } = sentenceOf(error);
  notifications.show({
    id: `${code}:${message}`,
    ...(title ? { title } : {}),
    message: hint ? `${message} ${hint}` : message,
    color: 'red',
    withBorder: true,
    autoClose: false,
  });
}

/** Runs something a button started: a refusal becomes a toast instead of an unhandled rejection. */
export function act(work: () => Promise<unknown>, title?: string): void {
  work().catch((error: unknown) => toastError(error, title));
}
