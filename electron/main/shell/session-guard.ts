/** What no page of the app may do, whatever it asks for: no camera, no location, no downloads, no other origins. */
import { app, type Session } from 'electron';

export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(isHarmless(permission)));
  session.setPermissionCheckHandler((_contents, permission) => isHarmless(permission));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
}

/** Putting text on the clipboard after a click is how "Copy" works; everything else is refused. */
function isHarmless(permission: string): boolean {
  return permission === 'clipboard-sanitized-write';
}

/** The same for every page that might ever be made, not only for our window. */
export function guardAllContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}
