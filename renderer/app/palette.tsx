import {
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
  spotlight,
} from '@mantine/spotlight';
import { Search } from 'lucide-react';
import { useReducer } from 'react';
import { t } from '../i18n/t';
import { Kbd } from '../ui/kbd';
import { type Command, useAllCommands } from './commands';

export function openPalette(): void {
  spotlight.open();
}

function toAction(command: Command): SpotlightActionData {
  return {
    id: command.id,
    label: command.title,
    keywords: command.keywords ?? '',
    ...(command.shortcut ? { rightSection: <Kbd shortcut={command.shortcut} /> } : {}),
    // After the dialog has closed and given the focus back, so that a command may move it.
    onClick: () => setTimeout(command.run, 0),
  };
}

/** What had the focus before may be gone with its screen: then the keys go to the drawing, else to the content. */
function keepFocus(): void {
  // The dialog is taken away with the next picture.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      if (document.activeElement !== null && document.activeElement !== document.body) return;
      const drawing = document.querySelector<HTMLElement>('.canvas-edit');
      (drawing ?? document.getElementById('content'))?.focus({ preventScroll: true });
    }),
  );
}

/** Ctrl/Cmd+K: every action that can be done now. */
export function Palette() {
  // What can be done now depends on what is selected now: asked anew each time it opens.
  const [, ask] = useReducer((times: number) => times + 1, 0);
  const commands = useAllCommands().filter((c) => !c.hidden && c.isEnabled?.() !== false);
  const groups = new Map<string, SpotlightActionData[]>();
  for (const command of commands) {
    const group = t(command.group);
    groups.set(group, [...(groups.get(group) ?? []), toAction(command)]);
  }
  const actions: SpotlightActionGroupData[] = [...groups].map(([group, list]) => ({ group, actions: list }));
  return (
    <Spotlight
      actions={actions}
      shortcut={null}
      onSpotlightOpen={ask}
      onExitTransitionEnd={keepFocus}
      nothingFound={t('app.palette.empty')}
      highlightQuery
      // All are searched; more than these nobody reads.
      limit={100}
      yOffset="12vh"
      centered={false}
      overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}
      attributes={{
        content: { 'aria-label': t('app.palette.open') },
      }}
      // It scrolls, so the keyboard has to reach it.
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      searchProps={{
        leftSection: <Search size={16} aria-hidden />,
        placeholder: t('app.palette.placeholder'),
        'aria-label': t('app.palette.placeholder'),
      }}
    />
  );
}
