import { MantineProvider } from '@mantine/core';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { TopBarSlot } from '../../renderer/app/top-bar';
import { theme } from '../../renderer/theme/theme';

/** Draws a component as the window does, without transitions. */
export function renderInTheme(children: ReactNode) {
  return render(
    <MantineProvider theme={theme} env="test">
      {children}
    </MantineProvider>,
  );
}

/** Draws a screen with a place for what it puts into the shell's top bar. */
export function renderScreen(children: ReactNode) {
  const bar = document.createElement('header');
  document.body.append(bar);
  return renderInTheme(<TopBarSlot.Provider value={bar}>{children}</TopBarSlot.Provider>);
}
