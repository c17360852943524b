/** Where the window was, kept inside a screen that still exists. */
import { z } from '../../../shared/spec/zod';

export const MIN_WIDTH = 1024;
export const MIN_HEIGHT = 640;

const Box = z.strictObject({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1),
  height: z.int().min(1),
});
export type Box = z.infer<typeof Box>;

export const WindowState = z.strictObject({
  bounds: Box.optional(),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof WindowState>;

export const FIRST_WINDOW: WindowState = { maximized: false };
const FIRST_SIZE = { width: 1440, height: 900 };
/** So much of the title bar must be reachable, else the window starts in the middle. */
const REACHABLE = 80;

export function placeWindow(
  state: WindowState,
  screens: readonly Box[],
): { width: number; height: number; x?: number; y?: number } {
  const wanted = state.bounds;
  const screen = wanted ? screens.find((area) => isReachable(wanted, area)) : undefined;
  const area = screen ?? screens[0];
  const width = clamp(wanted?.width ?? FIRST_SIZE.width, MIN_WIDTH, area?.width);
  const height = clamp(wanted?.height ?? FIRST_SIZE.height, MIN_HEIGHT, area?.height);
  return wanted && screen ? { width, height, x: wanted.x, y: wanted.y } : { width, height };
}

function isReachable(window: Box, area: Box): boolean {
  const overlapX = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  return overlapX >= REACHABLE && window.y >= area.y && window.y + REACHABLE <= area.y + area.height;
}

function clamp(value: number, min: number, max: number | undefined): number {
  return Math.max(min, max === undefined ? value : Math.min(value, max));
}
