import { Button } from '@mantine/core';
import { Bot, FileInput, LayoutTemplate } from 'lucide-react';
import { type GraphRef, graphAt } from '../../shared/editing/graphs';
import type { Flow } from '../../shared/spec/flow';
import { navigate } from '../app/router';
import { act } from '../app/toasts';
import type { CanvasHandle } from '../canvas/canvas-types';
import { openDialog } from '../home/library';
import { t } from '../i18n/t';

interface Props {
  readonly doc: Flow;
  readonly graph: GraphRef;
  readonly canvas: { readonly current: CanvasHandle | null };
}

/** Three lines and three buttons where a drawing has only its start and end. */
export function EmptyCanvas({ doc, graph: ref, canvas }: Props) {
  const graph = graphAt(doc, ref);
  if (
    !graph ||
    ref.type !== 'root' ||
    Object.values(graph.nodes).some(({ kind }) => kind !== 'start' && kind !== 'end')
  )
    return null;
  const wire = graph.edges[0];
  return (
    <section className="empty-canvas" aria-label={t('designer.empty.title')}>
      <h2>{t('designer.empty.title')}</h2>
      <p>{t('designer.empty.how')}</p>
      <p>{t('designer.empty.keys')}</p>
      <div className="row">
        <Button
          leftSection={<Bot size={14} aria-hidden />}
          onClick={() => (wire ? canvas.current?.insert('agent', wire) : canvas.current?.add('agent'))}
        >
          {t('designer.empty.agent')}
        </Button>
        <Button
          variant="default"
          leftSection={<LayoutTemplate size={14} aria-hidden />}
          onClick={() => navigate({ screen: 'home' })}
        >
          {t('designer.empty.template')}
        </Button>
        <Button
          variant="default"
          leftSection={<FileInput size={14} aria-hidden />}
          onClick={() => act(openDialog)}
        >
          {t('designer.empty.import')}
        </Button>
      </div>
    </section>
  );
}
