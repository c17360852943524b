import { useState } from 'react';

/** Text that is being typed and not taken over yet. A new value from outside replaces it. */
export function useDraft(value: string): [string, (text: string) => void] {
  const [draft, setDraft] = useState({ text: value, of: value });
  // Forgotten for good: a value that comes back, as by undo, must not bring back what had been typed over it.
  if (draft.of !== value) setDraft({ text: value, of: value });
  return [draft.of === value ? draft.text : value, (text) => setDraft({ text, of: value })];
}
