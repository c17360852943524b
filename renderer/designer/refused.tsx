import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Refusal } from '../../shared/editing/edges';
import { t } from '../i18n/t';

/** Says why two nodes cannot be connected; a circle is offered with a limit. */
export function onRefused(refusal: Refusal, accept: (() => void) | undefined): void {
  const id = 'refused';
  notifications.hide(id);
  notifications.show({
    id,
    color: 'orange',
    withBorder: true,
    closeButtonProps: { 'aria-label': t('ui.close') },
    title: t('canvas.refused'),
    message: (
      <>
        {refusal.message}
        {accept && refusal.offer ? (
          <div>
            <Button
              mt={8}
              size="compact-xs"
              onClick={() => {
                notifications.hide(id);
                accept();
              }}
            >
              {t('canvas.circle', { count: refusal.offer.maxTraversals })}
            </Button>
          </div>
        ) : null}
      </>
    ),
  });
}
