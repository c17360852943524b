// An Electron window that shows one page and does nothing else: what a start costs at least.
const { app, BrowserWindow } = require('electron');

app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1440, height: 900, show: false });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(process.env.BENCH_URL ?? 'data:text/html,<title>Empty</title><p>Empty</p>');
});
