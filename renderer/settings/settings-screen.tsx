import {
  ActionIcon,
  Button,
  NumberInput,
  PasswordInput,
  SegmentedControl,
  Select,
  Switch,
  TextInput,
} from '@mantine/core';
import { Archive, FolderOpen, KeyRound, Plus, Trash2 } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { Settings } from '../../shared/ipc/contract';
import { useRouteOf } from '../app/router';
import { changeSettings, useSettings } from '../app/settings-store';
import { act, toast, toastError } from '../app/toasts';
import { TopBar } from '../app/top-bar';
import { request } from '../bridge/bridge';
import { t } from '../i18n/t';
import { ConfirmInline } from '../ui/confirm-inline';
import { Field } from '../ui/field';
import { useCommitOnLeave } from '../ui/use-commit-on-leave';
import { useDraft } from '../ui/use-draft';
import { ModelList } from './model-list';
import './settings.css';

const SECTIONS = ['appearance', 'models', 'secrets', 'running', 'data', 'about'] as const;

/** Models, secrets, looks, the data folder. Every change counts at once. */
export function SettingsScreen() {
  const section = useRouteOf('settings')?.section;
  useEffect(() => {
    if (section) document.getElementById(`settings-${section}`)?.scrollIntoView();
  }, [section]);
  return (
    <>
      <TopBar>
        <h1 className="bar-title">{t('settings.title')}</h1>
      </TopBar>
      <div className="settings">
        <nav className="settings-nav" aria-label={t('settings.sections')}>
          {SECTIONS.map((name) => (
            <a key={name} href={`#settings-${name}`}>
              {t(`settings.${name}`)}
            </a>
          ))}
        </nav>
        <div className="settings-body">
          <Appearance />
          <Group name="models">
            <p className="meta">{t('settings.models.help')}</p>
            <ModelList />
          </Group>
          <Secrets />
          <Running />
          <Data />
          <About />
        </div>
      </div>
    </>
  );
}

function Group({
  name,
  children,
}: {
  readonly name: (typeof SECTIONS)[number];
  readonly children: ReactNode;
}) {
  return (
    <section className="settings-group" id={`settings-${name}`} aria-labelledby={`settings-${name}-title`}>
      <h2 id={`settings-${name}-title`}>{t(`settings.${name}`)}</h2>
      {children}
    </section>
  );
}

const change = (next: Partial<Settings>) => act(() => changeSettings(next));

function Appearance() {
  const { theme, language } = useSettings((s) => s.settings);
  return (
    <Group name="appearance">
      <Field label={t('settings.theme')}>
        {(ids) => (
          <SegmentedControl
            id={ids.id}
            aria-labelledby={`${ids.id}-label`}
            data={(['system', 'light', 'dark'] as const).map((value) => ({
              value,
              label: t(`settings.theme.${value}`),
            }))}
            value={theme}
            onChange={(value) => change({ theme: value as Settings['theme'] })} // the options are themes
          />
        )}
      </Field>
      <Field label={t('settings.language')}>
        {(ids) => (
          <Select
            {...ids}
            w={220}
            data={[
              { value: 'en', label: 'English' },
              { value: 'de', label: 'Deutsch' },
            ]}
            value={language}
            onChange={(value) => value && change({ language: value as Settings['language'] })} // the options are languages
          />
        )}
      </Field>
    </Group>
  );
}

function Secrets() {
  const [names, setNames] = useState<readonly string[]>([]);
  const [available, setAvailable] = useState(true);
  const load = useCallback(
    () =>
      request('secret.list', {}).then((answer) => {
        setNames(answer.names);
        setAvailable(answer.available);
      }, toastError),
    [],
  );
  useEffect(() => void load(), [load]);
  return (
    <Group name="secrets">
      <p className="meta">{t('settings.secrets.help')}</p>
      {available ? null : <p className="field-warning">{t('settings.secrets.unavailable')}</p>}
      <ul className="plain-list">
        {names.map((secret) => (
          <li key={secret} className="row">
            <KeyRound size={14} aria-hidden />
            <span className="mono grow">{secret}</span>
            <ConfirmInline
              question={t('settings.secrets.deleteQuestion', { name: secret })}
              confirm={t('ui.delete')}
              onConfirm={() => act(() => request('secret.delete', { name: secret }).then(load))}
            >
              {(ask) => (
                <ActionIcon aria-label={t('settings.secrets.delete', { name: secret })} onClick={ask}>
                  <Trash2 size={14} aria-hidden />
                </ActionIcon>
              )}
            </ConfirmInline>
          </li>
        ))}
        {names.length === 0 ? <li className="meta">{t('settings.secrets.none')}</li> : null}
      </ul>
      <SecretForm onAdded={load} />
    </Group>
  );
}

function SecretForm({ onAdded }: { readonly onAdded: () => Promise<void> }) {
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const add = () =>
    act(async () => {
      await request('secret.set', { name: name.trim(), value });
      setName('');
      setValue('');
      await onAdded();
    });
  return (
    <form
      className="row secret-form"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <TextInput
        aria-label={t('settings.secrets.name')}
        placeholder="OPENAI_API_KEY"
        classNames={{ input: 'mono' }}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        size="xs"
        className="grow"
        aria-label={t('settings.secrets.value')}
        placeholder={t('settings.secrets.value')}
        autoComplete="off"
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
      <Button
        type="submit"
        leftSection={<Plus size={14} aria-hidden />}
        disabled={name.trim() === '' || value === ''}
      >
        {t('settings.secrets.add')}
      </Button>
    </form>
  );
}

function Running() {
  const settings = useSettings((s) => s.settings);
  const [reviewer, setReviewer] = useDraft(settings.reviewer);
  const keepReviewer = () => {
    if (reviewer !== settings.reviewer) change({ reviewer });
  };
  const field = useCommitOnLeave(keepReviewer);
  return (
    <Group name="running">
      <Field label={t('settings.reviewer')} help={t('settings.reviewer.help')}>
        {(ids) => (
          <TextInput
            {...ids}
            ref={field}
            w={320}
            value={reviewer}
            onChange={(event) => setReviewer(event.currentTarget.value)}
            onBlur={keepReviewer}
          />
        )}
      </Field>
      <div className="field">
        <Switch
          label={t('settings.notifications')}
          description={t('settings.notifications.help')}
          checked={settings.notifications}
          onChange={(event) => change({ notifications: event.currentTarget.checked })}
        />
      </div>
      <Field label={t('settings.durable')} help={t(`settings.durable.${settings.durable}.help`)}>
        {(ids) => (
          <SegmentedControl
            id={ids.id}
            aria-labelledby={`${ids.id}-label`}
            data={(['full', 'normal'] as const).map((value) => ({
              value,
              label: t(`settings.durable.${value}`),
            }))}
            value={settings.durable}
            onChange={(value) => change({ durable: value as Settings['durable'] })} // the options are its values
          />
        )}
      </Field>
    </Group>
  );
}

const MAX_DAYS = 3650;

function Data() {
  const info = useSettings((s) => s.info);
  const days = useSettings((s) => s.settings.retentionDays);
  const [typed, setTyped] = useDraft(String(days));
  // Once the field is left: on the way to “30” stands “3”, which would delete runs.
  const keep = () => {
    const next = Math.min(MAX_DAYS, Math.max(0, Math.trunc(Number(typed) || 0)));
    if (next === days) setTyped(String(days));
    else change({ retentionDays: next });
  };
  const field = useCommitOnLeave(keep);
  return (
    <Group name="data">
      <Field label={t('settings.retention')} help={t('settings.retention.help')}>
        {(ids) => (
          <NumberInput
            {...ids}
            ref={field}
            w={160}
            min={0}
            max={MAX_DAYS}
            suffix={` ${t('settings.days')}`}
            value={typed}
            onChange={(value) => setTyped(String(value))}
            onBlur={keep}
            onKeyDown={(event) => event.key === 'Enter' && keep()}
          />
        )}
      </Field>
      {info ? (
        <Field label={t('settings.folder')}>
          {(ids) => (
            <div className="row" id={ids.id}>
              <span className="mono truncate">{info.dataFolder}</span>
              <Button
                variant="default"
                leftSection={<FolderOpen size={14} aria-hidden />}
                onClick={() => act(() => request('app.showFolder', { path: info.dataFolder }))}
              >
                {t('settings.showFolder')}
              </Button>
            </div>
          )}
        </Field>
      ) : null}
      <Backup />
    </Group>
  );
}

function Backup() {
  const [busy, setBusy] = useState(false);
  const backUp = async () => {
    setBusy(true);
    try {
      const made = await request('data.backup', {});
      if (made) toast(t('settings.backup.done', made));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Field label={t('settings.backup')} help={t('settings.backup.help')}>
      {(ids) => (
        <Button
          {...ids}
          className="start"
          variant="default"
          loading={busy}
          leftSection={<Archive size={14} aria-hidden />}
          onClick={() => act(backUp)}
        >
          {t('settings.backup.now')}
        </Button>
      )}
    </Field>
  );
}

function About() {
  const info = useSettings((s) => s.info);
  if (!info) return null;
  return (
    <Group name="about">
      <dl className="about-facts num">
        <dt>{t('settings.version')}</dt>
        <dd>{info.version}</dd>
        <dt>{t('settings.engine')}</dt>
        <dd>{info.engineVersion}</dd>
        <dt>Electron</dt>
        <dd>{info.electron}</dd>
        <dt>{t('settings.platform')}</dt>
        <dd>{info.platform}</dd>
      </dl>
    </Group>
  );
}
