/** Opening a named part of the flow from anywhere in the inspector. */
import { createContext, useContext } from 'react';

export type PartSectionWithEditor =
  | 'agents'
  | 'tools'
  | 'models'
  | 'context'
  | 'policies'
  | 'schemas'
  | 'mcpServers'
  | 'subflows';

/** Opens a part, or makes a new one when no name is given. */
export type OpenPart = (section: PartSectionWithEditor, name: string | undefined) => void;

export const OpenPartContext = createContext<OpenPart>(() => undefined);

export function useOpenPart(): OpenPart {
  return useContext(OpenPartContext);
}
