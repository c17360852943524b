import { Modal } from '@mantine/core';
import { create } from 'zustand';
import { t } from '../i18n/t';
import { Kbd } from '../ui/kbd';
import { type Command, useAllCommands } from './commands';

const useSheet = create<{ readonly open: boolean }>()(() => ({ open: false }));

export function openShortcutSheet(): void {
  useSheet.setState({ open: true });
}

/** `?`: what the keys do on this screen. */
export function ShortcutSheet() {
  const open = useSheet((s) => s.open);
  const commands = useAllCommands().filter((c) => c.shortcut);
  const groups = new Map<Command['group'], Command[]>();
  for (const command of commands) groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  return (
    <Modal
      opened={open}
      onClose={() => useSheet.setState({ open: false })}
      title={t('app.shortcuts.title')}
      size="xl"
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <div className="sheet">
        {[...groups].map(([group, list]) => (
          <section key={group}>
            <h3>{t(group)}</h3>
            <ul>
              {list.map((command) => (
                <li key={command.id}>
                  <span>{command.title}</span>
                  <Kbd shortcut={command.shortcut ?? ''} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Modal>
  );
}
