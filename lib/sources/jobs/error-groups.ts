import type { JobErrorGroup } from "@/lib/sources/jobs/job";

// Ten groups fill a page; further ones are noise, and the first shows whether one dependency is down.
const GROUPS_MAX = 10;
// Long enough for a wrapped Go or Node error, short enough for a table cell.
const GROUP_CHARS_MAX = 200;
// Each replacement is a pass of a regular expression: a stack trace of megabytes is truncated before, not after.
const TEXT_CHARS_MAX = 2_000;

/**
 * What errors of the same cause have in common: the first line, in which whatever differs between jobs is replaced by `#`.
 * Error texts of other systems quote URLs, so user names, passwords and query strings in them are replaced as well.
 */
export function fingerprint(text: string): string {
  const line = text.slice(0, TEXT_CHARS_MAX).trim().split(/\r?\n/, 1)[0] ?? "";
  const replaced = REPLACEMENTS.reduce((result, [pattern, by]) => result.replace(pattern, by), line);
  return replaced.replace(/\s+/g, " ").trim().slice(0, GROUP_CHARS_MAX);
}

const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/(\w:\/\/)[^/\s@"']*@/g, "$1#@"],
  [/(\w:\/\/[^\s?"']*)\?[^\s"']*/g, "$1?#"],
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, "$1 #"],
  [/\b((?:api[_-]?key|access[_-]?token|token|password|passwd|secret)["']?\s*[=:]\s*)["']?[^\s"'&,;]+["']?/gi, "$1#"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "#"],
  // A run of hex must contain a digit, or words would match as well: "defaced" stays, "9f3a11c0" is replaced.
  [/\b(?:0x)?(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, "#"],
  [/\d+(?:\.\d+)*/g, "#"],
  [/#(?:[.:,-]#)+/g, "#"],
];

/** Groups errors by fingerprint, the largest group first, at most ten. Empty texts are omitted. */
export function groupErrors(
  rows: readonly { readonly text: string; readonly count: number; readonly lastSeenMs: number | null }[],
): readonly JobErrorGroup[] {
  const groups = new Map<string, JobErrorGroup>();
  for (const row of rows) {
    const group = fingerprint(row.text);
    if (group === "") continue;
    const previous = groups.get(group);
    groups.set(group, {
      group,
      count: (previous?.count ?? 0) + row.count,
      lastSeenMs: latest(previous?.lastSeenMs ?? null, row.lastSeenMs),
    });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || (a.group < b.group ? -1 : 1)).slice(0, GROUPS_MAX);
}

const latest = (a: number | null, b: number | null): number | null => (a === null || (b !== null && b > a) ? b : a);
