import { useState } from 'react';

/** A value of the window's own looks, such as the width of a panel, kept from one start to the next. */
export function useRemembered<T extends string | number | boolean | null>(
  key: string,
  initial: T,
): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => read(key) ?? initial);
  const set = (next: T) => {
    setValue(next);
    try {
      localStorage.setItem(`baton.${key}`, JSON.stringify(next));
    } catch {
      // The storage is full or switched off: the width is simply not remembered.
    }
  };
  return [value, set];
}

function read<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(`baton.${key}`);
    return text === null ? undefined : (JSON.parse(text) as T); // written by `set` under the same key
  } catch {
    return undefined; // as above
  }
}
