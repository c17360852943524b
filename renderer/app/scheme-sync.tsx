import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';

/** Makes Mantine follow the theme of the settings. */
export function SchemeSync({ scheme }: { readonly scheme: 'auto' | 'light' | 'dark' }) {
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => setColorScheme(scheme), [scheme, setColorScheme]);
  return null;
}
