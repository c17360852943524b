import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { kindsDe } from '../../../renderer/i18n/de/kinds';
import { summariesDe } from '../../../renderer/i18n/de/summaries';
import { setLanguage } from '../../../renderer/i18n/t';
import { NodeInspector } from '../../../renderer/inspector/node-inspector';
import { agentFields } from '../../../renderer/inspector/part-fields';
import { sharedFields } from '../../../shared/nodes/fields';
import { humanFieldsForm } from '../../../shared/nodes/human/fields';
import { nodeKinds } from '../../../shared/nodes/kinds.generated';
import { smallFlow } from '../../fakes/small-flows';
import { renderInTheme } from '../render';
import { de } from '../../../renderer/i18n/de/de';
import { en } from '../../../renderer/i18n/en/en';

const holes = (message: string) => new Set([...message.matchAll(/\{(\w+)/g)].map((match) => match[1]));

test('every message has a German one', () => {
  const known = new Set(Object.keys(de));
  expect(Object.keys(en).filter((key) => !known.has(key))).toEqual([]);
});

test('no German message asks for a value the English one is not given', () => {
  const wrong = Object.entries(de).filter(([key, message]) => {
    const given = holes(en[key as keyof typeof en] ?? ''); // a German key is an English one
    return [...holes(message ?? '')].some((hole) => !given.has(hole));
  });
  expect(wrong).toEqual([]);
});

/** Every label, help and option of the definitions of node kinds. */
function definedWords(): readonly string[] {
  const words = new Set<string>();
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      if ((key === 'label' || key === 'help') && typeof inner === 'string') words.add(inner);
      else collect(inner);
    }
  };
  for (const { title, description, inspector, shares } of Object.values(nodeKinds)) {
    words.add(title).add(description);
    collect(inspector);
    collect(sharedFields(shares));
  }
  collect(humanFieldsForm);
  collect(agentFields);
  return [...words];
}

test('the words of every node kind are there in German', () => {
  expect(definedWords().filter((word) => !Object.hasOwn(kindsDe, word))).toEqual([]);
});

test('what a card says a node does is there in German', () => {
  const sources = import.meta.glob<string>('../../../shared/nodes/**/{index,words,lookup}.ts', {
    query: '?raw',
    import: 'default',
    eager: true,
  });
  const said = Object.values(sources).flatMap((text) =>
    [...text.matchAll(/\bsay\(\s*'([^']+)'/g)].map((match) => match[1] ?? ''),
  );
  expect(said.length).toBeGreaterThan(30);
  expect(said.filter((words) => !Object.hasOwn(summariesDe, words))).toEqual([]);
  const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted().join(' ');
  expect(Object.entries(summariesDe).filter(([en, de]) => holes(en) !== holes(de))).toEqual([]);
});

test('kinds and their fields are shown in the language of the window', () => {
  setLanguage('de');
  try {
    renderInTheme(
      <NodeInspector
        input={{ flow: smallFlow, problems: [], edit: () => undefined }}
        id="check"
        onRenamed={() => undefined}
      />,
    );
    expect(screen.getByRole('heading', { level: 2 }).textContent).toBe('Mensch entscheidet');
    expect(screen.getAllByText('Möglichkeiten').length).toBeGreaterThan(0);
  } finally {
    setLanguage('en');
  }
});
