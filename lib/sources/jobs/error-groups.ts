import type { JobErrorGroup } from "@/lib/sources/jobs/job";

// Ten groups fill a page; what is left over is noise, and the first says whether one dependency is down.
const GROUPS_MAX = 10;
// Long enough for a wrapped Go or Node error, short enough for a table cell.
const GROUP_CHARS_MAX = 200;
// Folding costs a regular expression pass per fold: a stack trace of megabytes is cut before, not after.
const TEXT_CHARS_MAX = 2_000;

/**
 * What two errors of the same cause have in common: the first line with whatever differs by job folded to `#`.
 * Error texts of other systems quote URLs, so user names, passwords and query strings in them are folded as well.
 */
export function fingerprint(text: string): string {
  const line = text.slice(0, TEXT_CHARS_MAX).trim().split(/\r?\n/, 1)[0] ?? "";
  const folded = FOLDS.reduce((sofar, [pattern, by]) => sofar.replace(pattern, by), line);
  return folded.replace(/\s+/g, " ").trim().slice(0, GROUP_CHARS_MAX);
}

const FOLDS: readonly (readonly [RegExp, string])[] = [
  [/(\w:\/\/)[^/\s@"']*@/g, "$1#@"],
  [/(\w:\/\/[^\s?"']*)\?[^\s"']*/g, "$1?#"],
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, "$1 #"],
  [/\b((?:api[_-]?key|access[_-]?token|token|password|passwd|secret)["']?\s*[=:]\s*)["']?[^\s"'&,;]+["']?/gi, "$1#"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "#"],
  // A run of hex needs one digit, or "deadbeef" the word would do: "defaced" stays, "9f3a11c0" goes.
  [/\b(?:0x)?(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, "#"],
  [/\d+(?:\.\d+)*/g, "#"],
  [/#(?:[.:,-]#)+/g, "#"],
];

/** Groups by fingerprint, the largest first, at most ten. Empty texts are left out. */
export function groupErrors(
  rows: readonly { readonly text: string; readonly count: number; readonly lastSeenMs: number | null }[],
): readonly JobErrorGroup[] {
  const groups = new Map<string, JobErrorGroup>();
  for (const row of rows) {
    const group = fingerprint(row.text);
    if (group === "") continue;
    const sofar = groups.get(group);
    groups.set(group, {
      group,
      count: (sofar?.count ?? 0) + row.count,
      lastSeenMs: latest(sofar?.lastSeenMs ?? null, row.lastSeenMs),
    });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || (a.group < b.group ? -1 : 1)).slice(0, GROUPS_MAX);
}

const latest = (a: number | null, b: number | null): number | null => (a === null || (b !== null && b > a) ? b : a);
