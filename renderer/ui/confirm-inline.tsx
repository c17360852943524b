import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { t } from '../i18n/t';

interface Props {
  /** A sentence that names the thing, for example "Delete the run of 10:04 and its trace?" */
  readonly question: string;
  readonly confirm: string;
  readonly onConfirm: () => void;
  /** Gets what opens the question. */
  readonly children: (ask: () => void) => ReactNode;
}

/** The question has the keyboard as soon as it is asked. */
function focusFirst(button: HTMLButtonElement | null): void {
  button?.focus();
}

/** Asks in place before what cannot be undone. */
export function ConfirmInline({ question, confirm, onConfirm, children }: Props) {
  const [asking, setAsking] = useState(false);
  if (!asking) return <>{children(() => setAsking(true))}</>;
  return (
    <div className="confirm" role="alertdialog" aria-label={question}>
      <span>{question}</span>
      <Button
        color="red"
        ref={focusFirst}
        onClick={() => {
          setAsking(false);
          onConfirm();
        }}
      >
        {confirm}
      </Button>
      <Button variant="default" onClick={() => setAsking(false)}>
        {t('ui.cancel')}
      </Button>
    </div>
  );
}
