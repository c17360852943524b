import { Button, Loader } from '@mantine/core';
import { t } from '../i18n/t';
import { EmptyState } from './empty-state';

/** A screen that is being read. */
export function Busy() {
  return (
    <div className="centered" role="status">
      <Loader size="sm" />
      <span className="sr-only">{t('app.loading')}</span>
    </div>
  );
}

interface FailedProps {
  readonly title: string;
  readonly error: string;
  readonly onAgain: () => void;
}

/** A screen that could not be read: why, and another try. */
export function Failed({ title, error, onAgain }: FailedProps) {
  return (
    <EmptyState title={title} action={<Button onClick={onAgain}>{t('app.crash.again')}</Button>}>
      {error}
    </EmptyState>
  );
}
