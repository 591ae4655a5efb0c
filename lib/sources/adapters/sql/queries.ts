/**
 * The statements that a source of kind `sql` may have, and the columns each must return. Ages are seconds, so time
 * zones do not matter.
 */
export const QUERY_COLUMNS = {
  /** `state` is one of queued, running, retry, failed, done; null: not counted. */
  counts: { queue: "text", state: "text", count: "number" },
  /** How long the oldest job that could run has been waiting. */
  oldest: { queue: "text", seconds: "number" },
  /** Jobs that failed and will run again, now and later. */
  retry: { queue: "text", due: "number", later: "number" },
  /** Texts of errors; Lastbeat groups them, so ids and numbers need not be removed. */
  errors: { queue: "text", error: "text", count: "number" },
  /** The workers: seconds since the last contact, and the number of seconds after which a worker is presumed dead. */
  owners: { name: "text", silent_seconds: "number", limit_seconds: "number" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, "text" | "number">>>>;

export type QueryName = keyof typeof QUERY_COLUMNS;

/** The operator's statements by name; `counts` is required, and what a missing statement would return is unknown. */
export type Queries = Readonly<{ counts: string } & Partial<Record<Exclude<QueryName, "counts">, string | undefined>>>;

/** Longer than any readable query; a longer text is a file pasted by mistake. */
export const QUERY_CHARS_MAX = 10_000;

// Comments, strings, quoted names and dollar quotes may contain anything; one that is not closed reaches to the end.
const QUOTED =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|\$([A-Za-z_]*)\$[\s\S]*?(?:\$\1\$|$)/g;

/**
 * Checks a statement's syntax superficially; null if nothing is wrong. PostgreSQL decides whether it can be run: it receives
 * the statement as a sub-select in a read-only transaction, by the protocol that accepts only one statement.
 */
export function statementFault(text: string): string | null {
  const bare = masked(text).trim().replace(/;$/, "");
  if (/['"]|\/\*/.test(bare)) return "a quote or a comment is not closed";
  if (bare.includes(";")) return "one statement only";
  if (!/^\(*\s*(select|with|values|table)\b/i.test(bare)) return "a statement that begins with SELECT or WITH";
  if (/\$\d/.test(bare)) return "no parameters: nothing is put in their place";
  return null;
}

/** The statement as a sub-select: without its final semicolon. The line break ends a final comment. */
export function asSubselect(text: string): string {
  const end = masked(text).lastIndexOf(";");
  return `(${end === -1 ? text : text.slice(0, end)}\n)`;
}

const masked = (text: string): string =>
  text.replace(QUOTED, (quoted) => (isClosed(quoted) ? " ".repeat(quoted.length) : quoted));

function isClosed(quoted: string): boolean {
  if (quoted.startsWith("/*")) return quoted.length >= 4 && quoted.endsWith("*/");
  const [quote = ""] = quoted;
  // A quote within a string is doubled, so a closed one has an even number of them.
  return !["'", '"'].includes(quote) || quoted.split(quote).length % 2 === 1;
}
