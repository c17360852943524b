/** Which flow the system asks us to open: a file argument, a double click, a second start of the app. */
import path from 'node:path';

/** The first argument that is a file name of a flow, as a full path. Switches and the app's own folder are passed over. */
export function flowPathInArgv(argv: readonly string[], workingFolder: string): string | undefined {
  const name = argv.slice(1).find((argument) => !argument.startsWith('-') && /\.json$/i.test(argument));
  return name === undefined ? undefined : path.resolve(workingFolder, name);
}
