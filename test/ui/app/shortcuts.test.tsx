import { fireEvent } from '@testing-library/react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { registerCommands, runCommand } from '../../../renderer/app/commands';
import { keyCaps, listenForShortcuts, matchesShortcut } from '../../../renderer/app/shortcuts';

const press = (key: string, more: Partial<KeyboardEvent> = {}) => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

describe('matching keys', () => {
  test('Mod is Ctrl here and Cmd on a Mac', () => {
    expect(matchesShortcut('Mod+S', press('s', { ctrlKey: true }), false)).toBe(true);
    expect(matchesShortcut('Mod+S', press('s', { metaKey: true }), true)).toBe(true);
    expect(matchesShortcut('Mod+S', press('s', { ctrlKey: true, metaKey: true }), false)).toBe(false);
  });

  test('Shift counts for letters and not for signs', () => {
    expect(matchesShortcut('Mod+Z', press('Z', { ctrlKey: true, shiftKey: true }), false)).toBe(false);
    expect(matchesShortcut('?', press('?', { shiftKey: true }), false)).toBe(true);
  });

  test('one of several alternatives is enough', () => {
    expect(matchesShortcut('Mod+Shift+Z Mod+Y', press('y', { ctrlKey: true }), false)).toBe(true);
  });

  test.each([
    ['Mod+Shift+S', ['Ctrl', 'Shift', 'S']],
    ['+ =', ['+']],
    ['Alt+ArrowLeft', ['Alt', '←']],
  ])('%s is shown as %j', (shortcut, caps) => {
    expect(keyCaps(shortcut, false)).toEqual(caps);
  });
});

describe('commands', () => {
  let stop: (() => void)[] = [];
  afterEach(() => {
    for (const end of stop) end();
    stop = [];
  });
  const offer = (id: string, run: () => void, more = {}) => {
    stop.push(registerCommands([{ id, title: id, group: 'app.group.edit', run, ...more }]));
  };

  test('a key does its command, but not while someone types', () => {
    const run = vi.fn<() => void>();
    offer('x.add', run, { shortcut: '/' });
    stop.push(listenForShortcuts());
    document.body.innerHTML = '<input id="field" />';
    fireEvent.keyDown(document.getElementById('field') as HTMLElement, { key: '/' });
    expect(run).not.toHaveBeenCalled();
    fireEvent.keyDown(document.body, { key: '/' });
    expect(run).toHaveBeenCalledOnce();
  });

  test('the screen shown last takes a command over, and gives it back', () => {
    const general = vi.fn<() => void>();
    const special = vi.fn<() => void>();
    offer('edit.undo', general);
    const end = registerCommands([{ id: 'edit.undo', title: 'undo', group: 'app.group.edit', run: special }]);
    runCommand('edit.undo');
    end();
    runCommand('edit.undo');
    expect([general.mock.calls.length, special.mock.calls.length]).toEqual([1, 1]);
  });

  test('a command that is not possible now is not done', () => {
    const run = vi.fn<() => void>();
    offer('x', run, { isEnabled: () => false });
    expect(runCommand('x')).toBe(false);
    expect(run).not.toHaveBeenCalled();
  });
});
