import { useEffect, useState } from 'react';
import { request } from '../bridge/bridge';
import { useTabs } from '../editor/tabs';

/** The library file a flow is kept in: the open one, else the newest with this id; undefined when it is gone. */
export function useFlowPath(flowId: string): string | undefined {
  const open = useTabs(
    (s) => s.tabs.find((tab) => tab.editor.getState().history.present.id === flowId)?.path,
  );
  const [found, setFound] = useState<string>();
  useEffect(() => {
    let isCurrent = true;
    request('flow.list', {}).then(
      ({ files }) => {
        const newest = files
          .filter((file) => file.flowId === flowId && !file.missing)
          .toSorted((a, b) => b.modifiedAt - a.modifiedAt)[0];
        if (isCurrent) setFound(newest?.path);
      },
      () => undefined, // without the list there is no way to the designer; the run itself is not touched
    );
    return () => {
      isCurrent = false;
    };
  }, [flowId]);
  return open ?? found;
}
