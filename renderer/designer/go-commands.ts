/** Going to anything of the flow by its name: nodes of all graphs, agents, tools, shared state, shapes and the rest. */
import type { PartSection } from '../../shared/editing/rename';
import type { Command } from '../app/commands';
import type { EditorStore } from '../editor/editor-store';
import { t } from '../i18n/t';
import { wordOfPart } from './versions/change-words';

/** Ids and names. */
export type NamedNodes = readonly (readonly [string, string])[];
export type NamedParts = readonly (readonly [PartSection, readonly string[]])[];

interface Input {
  readonly editor: EditorStore;
  readonly goToNode: (id: string) => void;
  readonly nodes: NamedNodes;
  readonly parts: NamedParts;
}

export function goCommands({ editor, goToNode, nodes, parts }: Input): readonly Command[] {
  const group = 'app.group.go' as const;
  const steps = nodes.map(
    ([id, name]): Command => ({
      id: `node.${id}`,
      title: t('designer.goTo', { name }),
      keywords: id,
      group,
      run: () => goToNode(id),
    }),
  );
  const named = parts.flatMap(([section, names]) =>
    names.map(
      (name): Command => ({
        id: `part.${section}.${name}`,
        title: t('designer.goToPart', { what: wordOfPart(section), name }),
        keywords: section,
        group,
        run: () => editor.getState().setFocus({ type: 'part', section, name }),
      }),
    ),
  );
  return [...steps, ...named];
}
