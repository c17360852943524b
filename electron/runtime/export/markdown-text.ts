/** Text of a flow inside Markdown. Nothing a document says becomes markup. */

const SPECIAL = /[\\`*_{}[\]<>#|~!]/g;

/** Words of the document as they stand, on one line. */
export function prose(text: string): string {
  return oneLine(text).replace(SPECIAL, (char) =>
    char === '<' ? '&lt;' : char === '>' ? '&gt;' : `\\${char}`,
  );
}

/** Code in a table cell: a bar would end the cell, a backtick the code. */
export function code(text: string): string {
  const safe = oneLine(text).replaceAll('|', '\\|');
  const fence = safe.includes('`') ? '``' : '`';
  return safe === '' ? '' : `${fence}${fence === '``' ? ` ${safe} ` : safe}${fence}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** A heading with its part, or nothing when there is nothing to say. */
export function section(title: string, body: string): string {
  return body === '' ? '' : `\n## ${title}\n\n${body.replace(/\n*$/, '\n')}`;
}

/** Cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('\n', ' ')).join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

export function words(parts: readonly (string | number | undefined | false)[]): string {
  return parts.filter((part) => part !== undefined && part !== false && part !== '' && part !== 0).join(', ');
}
