/** The keys of the inbox as commands, so that the palette and the `?` sheet show them too. */
import type { Command } from '../app/commands';
import { t } from '../i18n/t';
import type { DecisionHandle } from './decision-form';
import type { InboxTask } from './use-tasks';

type Choose = (task: InboxTask, index: number) => void;

/** Made once for a screen; told after each render what the keys work on. */
export class InboxKeys {
  readonly commands: readonly Command[];
  private tasks: readonly InboxTask[] = [];
  private index = 0;
  private choose: Choose = () => undefined;
  private form: DecisionHandle | null = null;

  constructor() {
    const command = (id: string, title: string, shortcut: string, run: () => void): Command => ({
      id,
      title,
      group: 'app.group.run',
      shortcut,
      isEnabled: () => this.tasks.length > 0,
      run,
    });
    this.commands = [
      command('inbox.next', t('inbox.key.next'), 'J', () => this.move(1)),
      command('inbox.previous', t('inbox.key.previous'), 'K', () => this.move(-1)),
      command('inbox.approve', t('inbox.key.approve'), 'A', () => this.form?.quick('approve')),
      command('inbox.reject', t('inbox.key.reject'), 'R', () => this.form?.quick('reject')),
      ...[1, 2, 3, 4].map((n) => ({
        ...command(`inbox.choice${n}`, t('inbox.key.choice', { n }), String(n), () =>
          this.form?.choose(n - 1),
        ),
        hidden: true,
      })),
    ];
  }

  update(tasks: readonly InboxTask[], index: number, choose: Choose): void {
    this.tasks = tasks;
    this.index = index;
    this.choose = choose;
  }

  readonly setForm = (form: DecisionHandle | null): void => {
    this.form = form;
  };

  open(): void {
    this.form?.focus();
  }

  private move(by: number): void {
    const at = Math.min(this.tasks.length - 1, Math.max(0, this.index + by));
    const next = this.tasks[at];
    if (next) this.choose(next, at);
  }
}
