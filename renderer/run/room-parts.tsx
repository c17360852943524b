/** The four parts of the run room: side by side, or one at a time where there is no room for that. */
import { SegmentedControl } from '@mantine/core';
import { type ReactNode, useState, useSyncExternalStore } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { t } from '../i18n/t';
import { useRun } from './use-run';

interface Props {
  readonly list: ReactNode;
  readonly drawing: ReactNode;
  readonly side: ReactNode;
  readonly time: ReactNode;
}

/** A small window, or twice the size of everything. */
const NARROW = '(max-width: 900px)';

function watchWidth(onChange: () => void): () => void {
  const query = window.matchMedia(NARROW);
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
}

export function RoomParts(props: Props) {
  const narrow = useSyncExternalStore(watchWidth, () => window.matchMedia(NARROW).matches);
  return narrow ? <OneAtATime {...props} /> : <SideBySide {...props} />;
}

function SideBySide({ list, drawing, side, time }: Props) {
  return (
    <Group orientation="vertical" className="run-split">
      <Panel minSize={220}>
        <Group orientation="horizontal" className="run-split">
          <Panel defaultSize={264} minSize={180} groupResizeBehavior="preserve-pixel-size">
            {list}
          </Panel>
          <Separator className="run-separator" aria-label={t('run.resize.left')} />
          <Panel minSize={320}>{drawing}</Panel>
          <Separator className="run-separator" aria-label={t('run.resize.right')} />
          <Panel defaultSize={372} minSize={280} groupResizeBehavior="preserve-pixel-size">
            {side}
          </Panel>
        </Group>
      </Panel>
      <Separator className="run-separator is-flat" aria-label={t('run.resize.bottom')} />
      <Panel defaultSize={188} minSize={72} groupResizeBehavior="preserve-pixel-size">
        {time}
      </Panel>
    </Group>
  );
}

const PARTS = ['side', 'drawing', 'list', 'time'] as const;
type PartName = (typeof PARTS)[number];

/** A step that is chosen in one part is shown in another: its inspector comes to the front. */
function OneAtATime(props: Props) {
  const selected = useRun((s) => s.selected);
  const [part, setPart] = useState<PartName>('side');
  const [before, setBefore] = useState(selected);
  if (selected !== before) {
    setBefore(selected);
    if (selected !== undefined) setPart('side');
  }
  return (
    <div className="run-parts">
      <SegmentedControl
        aria-label={t('run.parts')}
        fullWidth
        value={part}
        onChange={(value) => setPart(value as PartName)} // the data lists only these
        data={PARTS.map((value) => ({ value, label: t(`run.parts.${value}`) }))}
      />
      <div className="run-part">{props[part]}</div>
    </div>
  );
}
