/** Tells the person that a run waits for them: a notification, and the count on the app's icon. */
import { app, Notification } from 'electron';

export interface NotifierOptions {
  isEnabled(): boolean;
  /** The window has the focus: the inbox count in it is enough. */
  isWatching(): boolean;
  onClick(runId: string, task: string): void;
}

const MAX_AT_ONCE = 3;

export class Notifier {
  private readonly options: NotifierOptions;
  private shown: Notification[] = [];

  constructor(options: NotifierOptions) {
    this.options = options;
  }

  setOpenTasks(count: number): void {
    app.setBadgeCount(count);
  }

  notify(title: string, body: string, runId: string, task: string): void {
    if (!this.options.isEnabled() || this.options.isWatching() || !Notification.isSupported()) return;
    const notification = new Notification({
      title,
      body: body.slice(0, 200),
      silent: false,
    });
    notification.on('click', () => this.options.onClick(runId, task));
    // A hundred tasks at once must not be a hundred pop-ups: the oldest gives way.
    this.shown.push(notification);
    if (this.shown.length > MAX_AT_ONCE) this.shown.shift()?.close();
    notification.show();
  }
}
