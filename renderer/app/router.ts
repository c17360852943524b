/** Where the window is. A plain store instead of URLs: the page has one address and nobody links into it. */
import { create } from 'zustand';

export type Route =
  | { readonly screen: 'home' }
  | { readonly screen: 'designer'; readonly path?: string; readonly node?: string }
  | {
      readonly screen: 'runs';
      readonly flowId?: string;
      /** Two runs to show side by side, the older first. */
      readonly compare?: readonly [string, string];
      /** Figures of the flow instead of its runs. */
      readonly metrics?: boolean;
    }
  /** The table of inputs this window is running. */
  | { readonly screen: 'batch' }
  /** A run that exists. */
  | { readonly screen: 'run'; readonly runId: string; readonly step?: string }
  /** The form that starts one: the flow at `path`, with the editor's unsaved edits. */
  | { readonly screen: 'run-start'; readonly path: string; readonly mode?: 'live' | 'rehearsal' }
  | { readonly screen: 'inbox'; readonly runId?: string; readonly task?: string }
  | { readonly screen: 'rehearsal'; readonly path?: string }
  | { readonly screen: 'dead-letters' }
  | { readonly screen: 'settings'; readonly section?: string };
export type ScreenName = Route['screen'];

interface RouterState {
  readonly route: Route;
  readonly past: readonly Route[];
}
const MAX_PAST = 50;

export const useRouter = create<RouterState>()(() => ({ route: { screen: 'home' }, past: [] }));

export function navigate(route: Route): void {
  const { route: from, past } = useRouter.getState();
  useRouter.setState({ route, past: [...past, from].slice(-MAX_PAST) });
}

/** To the screen before this one; home when there is none. */
export function goBack(): void {
  const { past } = useRouter.getState();
  useRouter.setState({ route: past.at(-1) ?? { screen: 'home' }, past: past.slice(0, -1) });
}

export function useRoute(): Route {
  return useRouter((s) => s.route);
}

/** The current route when it is of this screen. */
export function useRouteOf<S extends ScreenName>(screen: S): Extract<Route, { screen: S }> | undefined {
  return useRouter((s) =>
    s.route.screen === screen ? (s.route as Extract<Route, { screen: S }>) : undefined,
  );
}
