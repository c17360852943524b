/** Every saved state of a flow: compare two of them, name one, bring one back. */
import { Button, Loader, Modal, Select, TextInput, UnstyledButton } from '@mantine/core';
import { Bookmark, RotateCcw } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { create } from 'zustand';
import { useStore } from 'zustand';
import type { RequestOutput } from '../../../shared/ipc/contract';
import type { Flow } from '../../../shared/spec/flow';
import { act, toast } from '../../app/toasts';
import { request, sentenceOf } from '../../bridge/bridge';
import { save } from '../../editor/autosave';
import { type EditorStore, isDirty } from '../../editor/editor-store';
import { t } from '../../i18n/t';
import { absoluteTime, RelativeTime } from '../../ui/relative-time';
import { ChangeView } from './change-view';
import './versions.css';

type Version = RequestOutput<'flow.versions'>['versions'][number];

/** The state in the editor, which no file holds yet. */
const NOW = 'now';

export const useVersionsDialog = create<{ readonly open: boolean }>()(() => ({ open: false }));

export function openVersions(): void {
  useVersionsDialog.setState({ open: true });
}

export function VersionsDialog({ editor }: { readonly editor: EditorStore }) {
  const open = useVersionsDialog((s) => s.open);
  const close = () => useVersionsDialog.setState({ open: false });
  return (
    <Modal
      opened={open}
      onClose={close}
      title={t('versions.title')}
      size="min(1400px, 94vw)"
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      {open ? <Versions editor={editor} close={close} /> : null}
    </Modal>
  );
}

function Versions({ editor, close }: { readonly editor: EditorStore; readonly close: () => void }) {
  const { path } = editor.getState();
  const now = useStore(editor, (s) => s.history.present);
  const { versions, problem, reload } = useVersions(path);
  const [chosen, setChosen] = useState<string>();
  const [against, setAgainst] = useState(NOW);
  // The newest version is what the file holds: without unsaved edits the one before says more.
  const dirty = useStore(editor, isDirty);
  const shown = chosen ?? (dirty ? versions?.[0] : (versions?.[1] ?? versions?.[0]))?.id;
  const before = useVersion(path, shown, now);
  const after = useVersion(path, against, now);
  if (problem) return <p className="field-error">{problem}</p>;
  if (!versions) return <Loader size="sm" aria-label={t('versions.loading')} />;
  const info = versions.find((version) => version.id === shown);
  const restore = () => {
    if (!info || !before) return;
    editor.getState().edit(t('versions.edit.restore', { name: titleOf(info) }), () => before);
    close();
    toast(t('versions.restored', { name: titleOf(info) }));
  };
  return (
    <div className="versions">
      <div className="versions-list">
        <NameNow editor={editor} onNamed={reload} />
        {versions.length === 0 ? <p className="meta">{t('versions.none')}</p> : null}
        <VersionList versions={versions} shown={shown} onChoose={setChosen} />
      </div>
      <div className="versions-main">
        {info && before && after ? (
          <>
            <div className="row versions-bar">
              <RenameVersion key={info.id} path={path} version={info} onNamed={reload} />
              <Against versions={versions} shown={shown} value={against} onChange={setAgainst} />
              <Button leftSection={<RotateCcw size={14} aria-hidden />} onClick={restore}>
                {t('versions.restore')}
              </Button>
            </div>
            <ChangeView
              key={`${info.id}:${against}`}
              before={before}
              after={against === shown ? now : after}
            />
          </>
        ) : versions.length > 0 ? (
          <Loader size="sm" aria-label={t('versions.loading')} />
        ) : (
          <p className="meta">{t('versions.help')}</p>
        )}
      </div>
    </div>
  );
}

interface ListProps {
  readonly versions: readonly Version[];
  readonly shown: string | undefined;
}

function VersionList({ versions, shown, onChoose }: ListProps & { readonly onChoose: (id: string) => void }) {
  return (
    <ul aria-label={t('versions.saved')}>
      {versions.map((version) => (
        <li key={version.id}>
          <UnstyledButton
            className="version"
            aria-pressed={version.id === shown}
            onClick={() => onChoose(version.id)}
          >
            <span className="truncate version-name">
              {version.name ? <Bookmark size={12} aria-hidden /> : null}
              {version.name || t('versions.unnamed')}
            </span>
            <span className="meta">
              <RelativeTime at={version.savedAt} />
            </span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}

function Against(props: ListProps & { readonly value: string; readonly onChange: (id: string) => void }) {
  const others = props.versions.filter((version) => version.id !== props.shown);
  return (
    <Select
      w={280}
      aria-label={t('versions.against')}
      data={[
        { value: NOW, label: t('versions.againstNow') },
        ...others.map((version) => ({
          value: version.id,
          label: t('versions.againstThat', { name: titleOf(version) }),
        })),
      ]}
      value={props.value === props.shown ? NOW : props.value}
      onChange={(next) => props.onChange(next ?? NOW)}
    />
  );
}

function titleOf(version: Version): string {
  return version.name || absoluteTime(version.savedAt);
}

/** Keeps the flow as it is now under a name: saved first, so that nothing is named that no file holds. */
function NameNow({ editor, onNamed }: { readonly editor: EditorStore; readonly onNamed: () => void }) {
  const [name, setName] = useState('');
  const dirty = useStore(editor, isDirty);
  const keep = async () => {
    if (dirty && !(await save(editor))) return;
    await request('flow.nameVersion', { path: editor.getState().path, name: name.trim() });
    setName('');
    onNamed();
  };
  return (
    <form
      className="versions-now"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') act(keep);
      }}
    >
      <TextInput
        label={t('versions.nameNow')}
        description={dirty ? t('versions.nameNowSaves') : undefined}
        placeholder={t('versions.nameHint')}
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={name.trim() === ''}>
        {t('versions.keep')}
      </Button>
    </form>
  );
}

function RenameVersion(props: {
  readonly path: string;
  readonly version: Version;
  readonly onNamed: () => void;
}) {
  const { path, version, onNamed } = props;
  const [name, setName] = useState(version.name);
  const commit = () => {
    const next = name.trim();
    if (next === '' || next === version.name) return setName(version.name);
    act(async () => {
      await request('flow.nameVersion', { path, name: next, id: version.id });
      onNamed();
    });
  };
  return (
    <TextInput
      className="grow"
      aria-label={t('versions.nameOf', { time: absoluteTime(version.savedAt) })}
      placeholder={t('versions.nameIt', { time: absoluteTime(version.savedAt) })}
      maxLength={200}
      value={name}
      onChange={(event) => setName(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
    />
  );
}

function useVersions(path: string) {
  const [versions, setVersions] = useState<readonly Version[]>();
  const [problem, setProblem] = useState<string>();
  const reload = useCallback(() => {
    request('flow.versions', { path }).then(
      (answer) => setVersions(answer.versions),
      (error: unknown) => setProblem(sentenceOf(error).message),
    );
  }, [path]);
  useEffect(reload, [reload]);
  return { versions, problem, reload };
}

/** The document of a version; undefined while it is being read. */
function useVersion(path: string, id: string | undefined, now: Flow): Flow | undefined {
  const [read, setRead] = useState<{ readonly id: string; readonly document: Flow }>();
  useEffect(() => {
    if (id === undefined || id === NOW) return undefined;
    let stale = false;
    act(async () => {
      const { document } = await request('flow.version', { path, id });
      if (!stale) setRead({ id, document });
    });
    return () => {
      stale = true;
    };
  }, [path, id]);
  return useMemo(() => (id === NOW ? now : read?.id === id ? read?.document : undefined), [id, now, read]);
}
