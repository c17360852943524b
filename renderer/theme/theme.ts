import { createTheme, type MantineColorSchemeManager, type MantineColorsTuple } from '@mantine/core';

/** Slate, light to dark: Mantine's `gray`. */
const slate: MantineColorsTuple = [
  '#f6f8fb',
  '#eef2f7',
  '#dfe5ee',
  '#cbd4e1',
  '#a3b0c3',
  '#7c8aa0',
  '#5b687d',
  '#435066',
  '#2a3549',
  '#111a2b',
];
/** Slate for the dark scheme, text first: Mantine's `dark`. */
const night: MantineColorsTuple = [
  '#e8edf6',
  '#b3bfd2',
  '#93a1b8',
  '#64748f',
  '#3a4760',
  '#2a3549',
  '#1b2436',
  '#141b2a',
  '#0f1623',
  '#0a0f1a',
];
const indigo: MantineColorsTuple = [
  '#eef0ff',
  '#dfe2ff',
  '#c3c8ff',
  '#a3abff',
  '#858ffa',
  '#6a6ff3',
  '#5558e8',
  '#4f46e5',
  '#4338ca',
  '#3730a3',
];

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 6 },
  colors: { gray: slate, dark: night, indigo },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '4px', sm: '6px', md: '6px', lg: '10px', xl: '10px' },
  defaultRadius: 'sm',
  respectReducedMotion: true,
  focusRing: 'auto',
  cursorType: 'pointer',
  headings: { fontWeight: '600' },
  components: {
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 28 } },
    TextInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', allowDeselect: false, comboboxProps: { shadow: 'md' } } },
    MultiSelect: { defaultProps: { size: 'xs', comboboxProps: { shadow: 'md' } } },
    TagsInput: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs', withThumbIndicator: false } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true, fz: 12, position: 'bottom' } },
    Menu: { defaultProps: { shadow: 'md', withinPortal: true } },
    Modal: { defaultProps: { centered: true, radius: 'lg', lockScroll: false } },
    Tabs: { defaultProps: { variant: 'default' } },
  },
});

/** The theme is one of the app's settings, kept on the main side; Mantine only needs to hold it for this page. */
export function memoryColorScheme(initial: 'auto' | 'light' | 'dark'): MantineColorSchemeManager {
  let current = initial;
  return {
    get: () => current,
    set: (value) => {
      current = value;
    },
    subscribe: () => undefined,
    unsubscribe: () => undefined,
    clear: () => {
      current = 'auto';
    },
  };
}
