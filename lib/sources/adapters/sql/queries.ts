/** The statements a source of kind `sql` may have, and what each must answer with. Ages are seconds, so no zone matters. */
export const QUERY_COLUMNS = {
  /** `state` is one of queued, running, retry, failed, done; null: count nowhere. */
  counts: { queue: "text", state: "text", count: "number" },
  /** For how long the oldest job that could run has waited. */
  oldest: { queue: "text", seconds: "number" },
  /** Jobs that failed and will run again, now and later. */
  retry: { queue: "text", due: "number", later: "number" },
  /** Texts of errors, folded by us: ids and numbers need not be taken out. */
  errors: { queue: "text", error: "text", count: "number" },
  /** Who executes: seconds since it was last heard of, and after how many it counts as dead. */
  owners: { name: "text", silent_seconds: "number", limit_seconds: "number" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, "text" | "number">>>>;

export type QueryName = keyof typeof QUERY_COLUMNS;

/** Your own statements by name; `counts` is needed, and what others would tell is unknown without them. */
export type Queries = Readonly<{ counts: string } & Partial<Record<Exclude<QueryName, "counts">, string | undefined>>>;

/** Longer than any query somebody reads; beyond it a file was pasted by mistake. */
export const QUERY_CHARS_MAX = 10_000;

// Comments, strings, quoted names and dollar quotes: in them anything may stand.
const QUOTED = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]*)\$[\s\S]*?\$\1\$/g;

/**
 * What is wrong with a statement by its looks; null when nothing is. Whether it can be run, PostgreSQL says, which gets it
 * as a sub-select in a read-only transaction and by the protocol that takes one statement only.
 */
export function statementFault(text: string): string | null {
  const bare = masked(text).trim().replace(/;$/, "");
  if (/['"]|\/\*/.test(bare)) return "a quote or a comment is not closed";
  if (bare.includes(";")) return "one statement only";
  if (!/^\(*\s*(select|with|values|table)\b/i.test(bare)) return "a statement that begins with SELECT or WITH";
  if (/\$\d/.test(bare)) return "no parameters: nothing is put in their place";
  return null;
}

/** The statement as a sub-select can hold it: without the semicolon at its end. A last comment ends with its line. */
export function asSubselect(text: string): string {
  const end = masked(text).lastIndexOf(";");
  return `(${end === -1 ? text : text.slice(0, end)}\n)`;
}

const masked = (text: string): string => text.replace(QUOTED, (quoted) => " ".repeat(quoted.length));
