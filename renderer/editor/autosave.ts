/**
 * What happens by itself after an edit: the journal is written and the document is checked.
 *
 * A1. At most one second passes between an edit and its journal entry, however fast edits follow each other.
 * A2. An answer about an older document is dropped.
 */
import { request, sentenceOf } from '../bridge/bridge';
import { toastError } from '../app/toasts';
import { t } from '../i18n/t';
import { type EditorStore, isDirty } from './editor-store';

const JOURNAL_QUIET_MS = 300;
const JOURNAL_LATEST_MS = 800;
const CHECK_QUIET_MS = 60;

/** Runs `work` once it has been quiet for a while, and at the latest `latestMs` after the first call. */
export function debounce(work: () => void, quietMs: number, latestMs = Number.POSITIVE_INFINITY) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let firstAt = 0;
  const fire = () => {
    timer = undefined;
    work();
  };
  return {
    call(): void {
      const nowMs = Date.now();
      if (timer === undefined) firstAt = nowMs;
      clearTimeout(timer);
      timer = setTimeout(fire, Math.max(0, Math.min(quietMs, firstAt + latestMs - nowMs)));
    },
    flush(): void {
      if (timer === undefined) return;
      clearTimeout(timer);
      fire();
    },
    stop(): void {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/** Keeps journal and problems up to date until the returned function is called. */
export function followDocument(editor: EditorStore): () => void {
  const journal = debounce(() => writeJournal(editor), JOURNAL_QUIET_MS, JOURNAL_LATEST_MS);
  const check = debounce(() => checkDocument(editor), CHECK_QUIET_MS);
  const unsubscribe = editor.subscribe((state, before) => {
    if (state.history.present === before.history.present) return;
    journal.call();
    check.call();
  });
  const onHide = () => journal.flush();
  window.addEventListener('beforeunload', onHide);
  document.addEventListener('visibilitychange', onHide);
  return () => {
    journal.flush();
    check.stop();
    unsubscribe();
    window.removeEventListener('beforeunload', onHide);
    document.removeEventListener('visibilitychange', onHide);
  };
}

function writeJournal(editor: EditorStore): void {
  const state = editor.getState();
  const { path } = state;
  const written = isDirty(state)
    ? request('flow.journal', { path, document: state.history.present })
    : request('flow.discardJournal', { path });
  written.catch((error: unknown) => toastError(error, t('designer.journalFailed')));
}

function checkDocument(editor: EditorStore): void {
  const document = editor.getState().history.present;
  request('flow.validate', { document }).then(
    (report) => {
      if (editor.getState().history.present === document)
        editor.setState({ report, checkedDocument: document });
    },
    (error: unknown) => toastError(error, t('designer.checkFailed')),
  );
}

/** Saves to the file; false when it was refused. A file changed by someone else is a conflict the person decides. */
export async function save(editor: EditorStore, overwrite = false): Promise<boolean> {
  const { path, history, fileHash, saving } = editor.getState();
  if (saving) return false;
  const document = history.present;
  editor.setState({ saving: true });
  try {
    const saved = await request('flow.save', {
      path,
      document,
      ...(overwrite ? {} : { expectedHash: fileHash }),
    });
    editor.setState({ ...saved, savedDocument: document, recovered: false, conflict: false });
    return true;
  } catch (error) {
    if (sentenceOf(error).code === 'spec/changed-on-disk') editor.setState({ conflict: true });
    else toastError(error, t('designer.saveFailed'));
    return false;
  } finally {
    editor.setState({ saving: false });
  }
}
