import { z } from "zod";
import { EMBED_SECONDS_DEFAULT, EMBED_SECONDS_MAX, Panel } from "@/lib/access/embeds/panel";
import { parseMatchers } from "@/lib/alerts/matchers/parse-matchers";
import { RuleForm } from "@/lib/alerts/model/rule-form";
import { Refused } from "@/lib/base/errors/refused";
import { ALIAS_MAX } from "@/lib/rabbitmq/clients/display-name";
import { TEXT_LENGTH_MAX } from "@/lib/sources/roadrunner/lint/config-text";
import { parseVersion } from "@/lib/sources/roadrunner/version";
import { type Cursor, readCursor } from "@/lib/storage/page";
import { ClientFilter } from "@/lib/views/clients/filter";
import { QueueFilter } from "@/lib/views/queues/schema";
import { RANGE_DEFAULT, Range } from "@/lib/views/series/schema";

const LIMIT_MAX = 1_000;
const LIMIT_DEFAULT = 200;

/** The `limit` and `cursor` of every list. The cursor is the `next` of the previous page. */
export const Page = z.object({
  limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(LIMIT_DEFAULT),
  // Two names of 255 bytes each, and their JSON encoding.
  cursor: z.string().max(2_000).optional(),
});
export type Page = z.infer<typeof Page>;

export const QueueParams = Page.extend(QueueFilter.shape);

/** One page of a complete, ordered list. The cursor is the key of the last row of the previous page. */
export function pageOf<T>(
  rows: readonly T[],
  page: Page,
  keyOf: (row: T) => string,
): { readonly items: readonly T[]; readonly next: string | null } {
  const after = page.cursor === undefined ? 0 : rows.findIndex((row) => keyOf(row) === page.cursor) + 1;
  const items = rows.slice(after, after + page.limit);
  const last = items.at(-1);
  const hasMore = after + items.length < rows.length;
  return { items, next: hasMore && last !== undefined ? keyOf(last) : null };
}

/** Where a page of stored rows begins; null for the first page. Refuses a cursor that this API did not issue. */
export function cursorOf(page: Page): Cursor | null {
  if (page.cursor === undefined) return null;
  const cursor = readCursor(page.cursor);
  if (cursor === null) throw new Refused(400, "Bad request", "cursor: not one this list gave out");
  return cursor;
}

const instant = z.coerce.number().int().nonnegative();

/** `signal`, the span in epoch ms and the number of buckets; every other parameter is a label to match. */
export const SeriesParams = z
  .object({
    signal: z.string(),
    from: instant.optional(),
    to: instant.optional(),
    points: z.coerce.number().int().min(2).max(300).default(300),
  })
  .catchall(z.string());

/** A panel, its range, and the labels that it can be limited to. */
export const PanelParams = z.object({
  panel: Panel,
  range: Range.default(RANGE_DEFAULT),
  broker: z.string().optional(),
  source: z.string().optional(),
});

/** A row has only what a list shows, a quarter of the bytes, so all clients of the largest broker fit one response. */
const ROWS_MAX = 10_000;

/** The list of clients: its filters, an exact `name`, and `fields=row` for rows in place of complete clients. */
export const ClientsParams = ClientFilter.extend({
  ...Page.shape,
  limit: z.coerce.number().int().min(1).max(ROWS_MAX).default(LIMIT_DEFAULT),
  fields: z.enum(["all", "row"]).default("all"),
  name: z.string().optional(),
}).refine(({ fields, limit }) => fields === "row" || limit <= LIMIT_MAX, {
  path: ["limit"],
  message: `at most ${LIMIT_MAX}, or ${ROWS_MAX} with fields=row`,
});

/** One object over a time range. */
export const HistoryParams = z.object({ id: z.string(), range: Range.default(RANGE_DEFAULT) });

/** The id of a source in the configuration. */
export const SourceParams = z.object({ source: z.string().max(64) });

/** One object by its id. */
export const IdParams = z.object({ id: z.string().min(1).max(200) });

/** An alias is shown in one line of a chat. */
export const AliasParams = IdParams.extend({
  alias: z
    .string()
    .trim()
    .min(1)
    .max(ALIAS_MAX)
    .regex(/^\P{Cc}+$/u, "no control characters"),
});

const matchers = z
  .union([z.string(), z.array(z.string())])
  .transform((input) => (typeof input === "string" ? [input] : input))
  .superRefine((texts, context) => {
    const { matchers, faults } = parseMatchers(texts);
    for (const { at, message } of faults) context.addIssue({ code: "custom", path: [at], message });
    if (matchers.length + faults.length === 0) context.addIssue({ code: "custom", message: "at least one matcher" });
  });

const COMMENT_LENGTH_MAX = 500;
const NAME_LENGTH_MAX = 64;
const comment = z.string().trim().max(COMMENT_LENGTH_MAX).default("");
/** A team shares one password, so an author may give a name, which is not verified. */
const by = z.string().trim().min(1).max(NAME_LENGTH_MAX).optional();

/** Matchers of alerts; `rule` and `severity` count as labels. */
export const PreviewParams = z.object({ match: matchers });

/** A silence window from `fromMs`, by default now, until `untilMs`, which only a recurring window may omit. */
export const WindowParams = z.object({
  match: matchers,
  comment,
  by,
  fromMs: instant.optional(),
  untilMs: instant.optional(),
  recurring: z.object({ cron: z.string(), zone: z.string(), durationSeconds: z.number() }).optional(),
});
export const EditWindowParams = WindowParams.extend({ id: z.string().min(1).max(200) });

/** The author of an acknowledgement and its end, by default eight hours ahead. */
export const AcknowledgeParams = IdParams.extend({ untilMs: instant.optional(), comment, by });

/** Alerts of one state; of all when it is absent. */
export const AlertsParams = Page.extend({ state: z.enum(["pending", "firing", "resolved"]).optional() });

/** Open incidents, or resolved ones; both when `state` is absent. */
export const IncidentsParams = Page.extend({ state: z.enum(["firing", "resolved"]).optional() });

/** The end of a silence window for all alerts of an incident, by default eight hours ahead. */
export const SilenceIncidentParams = IdParams.extend({ untilMs: instant.optional(), comment, by });

/** Dead deliveries: all of them, or those of one webhook. */
export const ReplayParams = z.object({ webhook: z.string().max(64).optional() });

export const EmbedParams = z.object({
  panel: Panel,
  origin: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
  ttlSeconds: z.number().int().min(10).max(EMBED_SECONDS_MAX).default(EMBED_SECONDS_DEFAULT),
});

const version = z.string().refine((text) => text === "" || parseVersion(text) !== null, "a version such as 2025.1");

/** JSON escapes line breaks and quotes, and a character may have up to three bytes. */
export const LINT_BODY_BYTES_MAX = 4 * TEXT_LENGTH_MAX;

/** The text of a `.rr.yaml`, and the versions that it is for; "" where unknown. */
export const LintParams = z.object({
  config: z.string().max(TEXT_LENGTH_MAX),
  rrVersion: version.default(""),
  rabbitVersion: version.default(""),
});

const labels = z.record(z.string(), z.string()).default({});

/** A rule, saved or not, and a span of stored history in epoch ms; `labels` limit it to some objects. */
export const BacktestParams = z.object({
  rule: RuleForm,
  fromMs: instant,
  toMs: instant,
  labels,
});

/** A rule by its id and a span of stored history, by default the last 24 hours. */
export const RuleBacktestParams = IdParams.extend({ from: instant.optional(), to: instant.optional() });
