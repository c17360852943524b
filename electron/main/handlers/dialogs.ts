/** The system's dialogs, as questions with an answer; a test answers them without a screen. */
import { type BrowserWindow, dialog, type OpenDialogOptions, type SaveDialogOptions } from 'electron';

export interface Dialogs {
  open(options: OpenDialogOptions): Promise<string | undefined>;
  save(options: SaveDialogOptions): Promise<string | undefined>;
}

export function systemDialogs(window: () => BrowserWindow | undefined): Dialogs {
  return {
    async open(options) {
      const parent = window();
      const answer = await (parent ? dialog.showOpenDialog(parent, options) : dialog.showOpenDialog(options));
      return answer.canceled ? undefined : answer.filePaths[0];
    },
    async save(options) {
      const parent = window();
      const answer = await (parent ? dialog.showSaveDialog(parent, options) : dialog.showSaveDialog(options));
      return answer.canceled || answer.filePath === '' ? undefined : answer.filePath;
    },
  };
}
