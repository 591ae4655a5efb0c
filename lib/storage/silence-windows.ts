import "server-only";
import { type Kysely, sql } from "kysely";
import { z } from "zod";
import { parseMatchers } from "@/lib/alerts/matchers/parse-matchers";
import { clean, instant, instantOrNull, jsonText } from "@/lib/base/postgres/bulk";
import { matchOfWindow, type SilenceWindow } from "@/lib/notifications/decide/silence-window";
import type { Schema, SilenceWindowRow } from "@/lib/storage/schema/schema";

const Matchers = z.array(z.string());
const RecurringRow = z.object({ cron: z.string(), zone: z.string(), durationMs: z.number() });

/** Saves a silence window, new or edited. Windows of the configuration file are not stored. */
export async function saveWindow(db: Kysely<Schema>, window: SilenceWindow): Promise<void> {
  const { recurring } = window;
  await sql`INSERT INTO lastbeat.silence_windows (${COLUMNS}) VALUES (
      ${clean(window.id)}, ${jsonText(matchOfWindow(window))}::jsonb, ${clean(window.comment)}, ${clean(window.by)},
      ${instant(window.createdMs)}, ${instant(window.fromMs)}, ${instantOrNull(window.untilMs)},
      ${recurring === null ? null : jsonText(recurring)}::jsonb)
    ON CONFLICT (id) DO UPDATE SET matchers = excluded.matchers, comment = excluded.comment, made_by = excluded.made_by,
      from_ms = excluded.from_ms, until_ms = excluded.until_ms, recurring = excluded.recurring`.execute(db);
}

/** All windows that were created in the page, ended ones within their retention too, the latest first. */
export async function loadWindows(db: Kysely<Schema>): Promise<SilenceWindow[]> {
  const { rows } = await sql<SilenceWindowRow>`SELECT ${COLUMNS} FROM lastbeat.silence_windows
    ORDER BY created_ms DESC, id LIMIT ${sql.lit(WINDOWS_MAX)}`.execute(db);
  return rows.map(windowOf);
}

/** The commands allow no more than this at a time; ended ones are deleted after a month. */
const WINDOWS_MAX = 5_000;

const COLUMNS = sql.raw("id, matchers, comment, made_by, created_ms, from_ms, until_ms, recurring");

const windowOf = (row: SilenceWindowRow): SilenceWindow => ({
  id: row.id,
  ...matchersOf(Matchers.parse(row.matchers)),
  comment: row.comment,
  by: row.made_by,
  origin: "page",
  createdMs: row.created_ms,
  fromMs: row.from_ms,
  untilMs: row.until_ms,
  recurring: row.recurring === null ? null : RecurringRow.parse(row.recurring),
});

function matchersOf(match: readonly string[]): Pick<SilenceWindow, "matchers" | "off"> {
  const { matchers, faults } = parseMatchers(match);
  if (faults.length === 0) return { matchers };
  return {
    matchers: [],
    off: { match, because: faults.map(({ at, message }) => `${match[at]}: ${message}`).join("; ") },
  };
}
