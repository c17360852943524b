/** ISO 8601 UTC with milliseconds of epoch milliseconds: how files and JSON output write a point in time. */
export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
