/** How many decisions wait for a person: the number on the rail. */
import { create } from 'zustand';
import { onPush, request } from '../bridge/bridge';

export const useInboxCount = create<{ readonly open: number }>()(() => ({ open: 0 }));

export function followInbox(): () => void {
  const stop = onPush('tasks.changed', ({ open }) => useInboxCount.setState({ open }));
  request('task.list', {}).then(
    ({ tasks }) => useInboxCount.setState({ open: tasks.length }),
    () => undefined, // the store may be locked by another window: the inbox itself says so when opened
  );
  return stop;
}
