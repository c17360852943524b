/** Finds `steps.x ? … : …`: a step asked for its truth where most people mean to ask whether it ran. */

const STRING = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/gs;
const STEP_TEST = /(^|[([{,:;?]|\b(?:and|or)\b)\s*steps\.([A-Za-z][A-Za-z0-9_]*)\s*\?/;

/** The id of the first step whose bare output decides a condition. Looks at the text only; strings do not count. */
export function testsStepByTruth(source: string): string | undefined {
  if (source.length > 16_384 || !source.includes('steps.')) return undefined;
  const bare = source.replaceAll(STRING, (text) => ' '.repeat(text.length));
  return STEP_TEST.exec(bare)?.[2];
}
