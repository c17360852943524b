/** Raised whenever the same history would be interpreted differently. Recorded with each run. */
export const ENGINE_VERSION = '1';
