import { Box } from '@mantine/core';
import { FileInput } from 'lucide-react';
import { type DragEvent, type ReactNode, useState } from 'react';
import { act, toast } from '../app/toasts';
import { t } from '../i18n/t';
import { openDropped } from './library';

/** The whole window takes a flow's file. */
export function DropZone({ children }: { readonly children: ReactNode }) {
  const [over, setOver] = useState(false);
  const hasFile = (event: DragEvent) => event.dataTransfer.types.includes('Files');
  return (
    <Box
      className="shell"
      onDragOver={(event: DragEvent) => {
        if (!hasFile(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event: DragEvent) => {
        if (event.relatedTarget === null) setOver(false);
      }}
      onDrop={(event: DragEvent) => {
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (!file) return;
        event.preventDefault();
        if (/\.json$/i.test(file.name)) act(() => openDropped(file));
        else toast(t('home.droppedNothing'));
      }}
    >
      {children}
      {over ? (
        <div className="drop-hint" aria-hidden>
          <FileInput size={32} /> {t('home.dropped')}
        </div>
      ) : null}
    </Box>
  );
}
