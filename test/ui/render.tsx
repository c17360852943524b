import { MantineProvider } from '@mantine/core';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { theme } from '../../renderer/theme/theme';

/** Draws a component as the window does, without transitions. */
export function renderInTheme(children: ReactNode) {
  return render(
    <MantineProvider theme={theme} env="test">
      {children}
    </MantineProvider>,
  );
}
