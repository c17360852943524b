import { useRouteOf } from '../app/router';
import { RunRoom } from './run-room';

/** The run of the route. Another run is another room. */
export function RunScreen() {
  const route = useRouteOf('run');
  return route ? <RunRoom key={route.runId} runId={route.runId} step={route.step} /> : null;
}
