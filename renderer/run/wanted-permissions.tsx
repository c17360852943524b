/** What a flow wants to touch on this machine, in plain words, before it may. */
import { Button } from '@mantine/core';
import { Bot, FolderOpen, Globe, KeyRound, Plug, ShieldAlert, Wrench } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { Requirements } from '../../shared/spec/problem';
import { t } from '../i18n/t';

interface Props {
  readonly wants: Requirements;
  readonly isBusy: boolean;
  readonly onAllow: () => void;
  readonly onCancel: () => void;
}

interface Want {
  readonly icon: LucideIcon;
  readonly text: string;
  readonly strong?: boolean;
}

/** One sentence for each thing wanted; those that cannot be taken back first. */
export function wantSentences(wants: Requirements): readonly Want[] {
  const once = wants.tools.filter((tool) => tool.effect === 'once');
  const others = wants.tools.filter((tool) => tool.effect !== 'once');
  const tool = (name: string, kind: string, effect: string): string =>
    effect === 'once'
      ? t('run.wants.once', { name, kind })
      : effect === 'read'
        ? t('run.wants.read', { name, kind })
        : t('run.wants.write', { name, kind });
  return [
    ...once.map(
      ({ name, kind, effect }): Want => ({ icon: Wrench, text: tool(name, kind, effect), strong: true }),
    ),
    ...wants.mcpServers.map(
      (server): Want => ({
        icon: Plug,
        text: t(server.command ? 'run.wants.command' : 'run.wants.server', {
          name: server.name,
          command: server.command ?? '',
          url: server.url ?? '',
        }),
        strong: server.command !== undefined,
      }),
    ),
    ...wants.folders.map(
      ({ path, access }): Want => ({
        icon: FolderOpen,
        text: t(access === 'write' ? 'run.wants.folderWrite' : 'run.wants.folderRead', { path }),
        strong: access === 'write',
      }),
    ),
    ...wants.secrets.map(
      ({ name, usedBy }): Want => ({
        icon: KeyRound,
        text: t('run.wants.secret', { name, usedBy: usedBy.join(', ') }),
      }),
    ),
    ...wants.hosts.map((host): Want => ({ icon: Globe, text: t('run.wants.host', { host }) })),
    ...wants.models.map(
      ({ name, provider, model, baseURL }): Want => ({
        icon: Bot,
        text: t('run.wants.model', { name, provider, model, place: baseURL ?? provider }),
      }),
    ),
    ...others.map(({ name, kind, effect }): Want => ({ icon: Wrench, text: tool(name, kind, effect) })),
  ];
}

export function WantedPermissions({ wants, isBusy, onAllow, onCancel }: Props) {
  return (
    <div className="wants" role="group" aria-labelledby="wants-title">
      <h2 id="wants-title" className="row">
        <ShieldAlert size={18} aria-hidden />
        {t('run.wants.title')}
      </h2>
      <p>{t('run.wants.body')}</p>
      <ul className="plain want-list">
        {wantSentences(wants).map(({ icon: Icon, text, strong }) => (
          <li key={text} className={strong ? 'is-strong' : ''}>
            <Icon size={15} aria-hidden />
            <span>{text}</span>
          </li>
        ))}
      </ul>
      <p className="meta">{t('run.wants.remembered')}</p>
      <div className="dialog-end">
        <Button variant="default" onClick={onCancel}>
          {t('ui.cancel')}
        </Button>
        <Button size="sm" loading={isBusy} onClick={onAllow} data-autofocus>
          {t('run.wants.allow')}
        </Button>
      </div>
    </div>
  );
}
