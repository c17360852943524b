/** The system libraries that Electron and a virtual screen need on Linux. */
import fs from 'node:fs';
import { hasDisplay } from './display.mjs';
import { isOnPath, isRoot, outputOf, run } from './process.mjs';

/** Proven in a minimal Debian 12: `ldd` of Electron has nothing missing. xvfb-run needs xauth. */
const PACKAGES = ['xvfb', 'xauth', 'libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1'];
const INSTALL = ['install', '-y', '--no-install-recommends', ...PACKAGES];

/** Not fatal: the command line, the build and most tests work without them. */
function explain(missing) {
  console.error(`setup: missing on this system: ${missing.join(', ')}`);
  if (isOnPath('apt-get')) console.error(`setup: install with: sudo apt-get ${INSTALL.join(' ')}`);
  else
    console.error(
      'setup: install the GTK 3, NSS, ALSA and GBM libraries (and Xvfb where there is no screen).',
    );
}

/** What the window needs and this machine lacks. */
function missingParts(electronPath) {
  const linked = outputOf('ldd', [electronPath]) ?? '';
  const libraries = [...linked.matchAll(/^\s*(\S+) => not found$/gm)].map((match) => match[1]);
  const tools = hasDisplay() ? [] : ['xvfb-run', 'xauth'].filter((tool) => !isOnPath(tool));
  return [...libraries, ...tools];
}

/** Installs what is missing where that may be done unasked (root on a Debian), or says how to. */
export async function ensureSystemLibraries(electronPath) {
  if (process.platform !== 'linux') return;
  const missing = missingParts(electronPath);
  if (missing.length === 0) return;
  if (!isRoot() || !fs.existsSync('/etc/debian_version')) {
    explain(missing);
    return;
  }
  console.error(`setup: installing ${PACKAGES.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const stdio = ['ignore', 'ignore', 'inherit'];
  await run('apt-get', ['update', '-q'], { env, stdio }); // Old lists may still do: the next line tells.
  await run('apt-get', INSTALL, { env, stdio });
  const left = missingParts(electronPath);
  if (left.length > 0) explain(left);
}
