/** The templates that come with the app: `<id>/flow.json`, `sample-input.json`, `README.md` (its first paragraph describes it). */
import fs from 'node:fs/promises';
import path from 'node:path';
import { FlowDocument, type TemplateInfo } from '../../../shared/ipc/contract';
import { readIfThere } from './atomic-file';

export async function readTemplates(
  folder: string,
  onTrouble?: (message: string) => void,
): Promise<TemplateInfo[]> {
  const names = await fs.readdir(folder).catch(() => [] as string[]); // an app built without templates has none
  const templates: TemplateInfo[] = [];
  for (const id of names.sort()) {
    const template = await readTemplate(path.join(folder, id), id).catch((error: unknown) => {
      onTrouble?.(`the template ${id} cannot be read: ${String(error)}`);
      return undefined;
    });
    if (template) templates.push(template);
  }
  return templates;
}

async function readTemplate(folder: string, id: string): Promise<TemplateInfo | undefined> {
  const text = await readIfThere(path.join(folder, 'flow.json'));
  if (text === undefined) return undefined;
  const document = FlowDocument.parse(JSON.parse(text));
  const sample = await readIfThere(path.join(folder, 'sample-input.json'));
  const readme = await readIfThere(path.join(folder, 'README.md'));
  return {
    id,
    name: document.name,
    description: document.description ?? firstParagraph(readme ?? ''),
    document,
    sampleInput: sample === undefined ? null : (JSON.parse(sample) as unknown),
  };
}

function firstParagraph(markdown: string): string {
  const lines = markdown.split(/\r?\n/);
  const start = lines.findIndex((line) => line.trim() !== '' && !line.startsWith('#'));
  if (start < 0) return '';
  const end = lines.findIndex((line, i) => i > start && line.trim() === '');
  return lines
    .slice(start, end < 0 ? undefined : end)
    .join(' ')
    .trim();
}
