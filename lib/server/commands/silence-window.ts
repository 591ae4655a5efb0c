import "server-only";
import { randomUUID } from "node:crypto";
import { parseMatchers } from "@/lib/alerts/matchers/parse-matchers";
import { Refused } from "@/lib/base/errors/refused";
import type { Locale } from "@/lib/base/messages/locale";
import { DAY, MINUTE, SECOND } from "@/lib/base/time/duration";
import { type Recurring, recurringFault } from "@/lib/base/time/recurring";
import type { Runtime } from "@/lib/collector/runtime";
import { type SilenceWindow, windowSpans } from "@/lib/notifications/decide/silence-window";
import type { Author } from "@/lib/storage/alerts/rules";
import { saveWindow } from "@/lib/storage/silence-windows";
import { previewOf, readWindow } from "@/lib/views/silence-windows/read";
import type { SilenceWindowView, WindowPreview } from "@/lib/views/silence-windows/schema";

type SilenceContext = Pick<Runtime, "database" | "scopes" | "notifications">;
interface SilenceWindowRequest {
  readonly match: readonly string[];
  readonly comment: string;
  readonly by?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly untilMs?: number | undefined;
  readonly recurring?: { readonly cron: string; readonly zone: string; readonly durationSeconds: number } | undefined;
}

/** For a longer silence the rule should be disabled. */
const WINDOW_MS_MAX = 30 * DAY;
/** A window may begin this far ahead, such as for a planned outage in the next quarter. */
const AHEAD_MS_MAX = 120 * DAY;
/** While a person fills in a form, its start may come to lie this far in the past. */
const PAST_MS_MAX = 10 * MINUTE;
/** Each alert is matched against every open window. */
const OPEN_WINDOWS_MAX = 500;

/** Creates a silence window; it takes effect within a second. */
export async function createWindow(
  live: SilenceContext,
  request: SilenceWindowRequest,
  author: Author,
): Promise<SilenceWindowView> {
  const open = live.notifications.silenceWindows.filter((window) => windowSpans(window, author.atMs).length > 0).length;
  if (open >= OPEN_WINDOWS_MAX) throw new Refused(409, "Too many", `at most ${OPEN_WINDOWS_MAX} silence windows`);
  const window = { id: randomUUID(), createdMs: author.atMs, fromMs: request.fromMs ?? author.atMs };
  if (window.fromMs < author.atMs - PAST_MS_MAX) refuse("fromMs: it may not lie in the past");
  return store(live, { ...window, ...windowOf(request, window.fromMs, author) }, author.atMs);
}

/** Changes a window that has not ended. Without `fromMs` its start stays as it was. */
export async function editWindow(
  live: SilenceContext,
  id: string,
  request: SilenceWindowRequest,
  author: Author,
): Promise<SilenceWindowView> {
  const before = findEditable(live, id, author.atMs);
  const fromMs = request.fromMs ?? before.fromMs;
  // An active window may have begun long ago; only a changed start must be near. A form has a resolution of a minute.
  const isSameStart = Math.abs(fromMs - before.fromMs) < MINUTE;
  if (!isSameStart && fromMs < author.atMs - PAST_MS_MAX) refuse("fromMs: it may not lie in the past");
  const window = { id, createdMs: before.createdMs, fromMs: isSameStart ? before.fromMs : fromMs };
  return store(live, { ...window, ...windowOf(request, window.fromMs, author) }, author.atMs);
}

/** Ends a window now. Alerts that it muted and that still fire are notified within about a second. */
export async function expireWindow(live: SilenceContext, id: string, nowMs: number): Promise<SilenceWindowView> {
  const window = findEditable(live, id, nowMs);
  return store(live, { ...window, fromMs: Math.min(window.fromMs, nowMs), untilMs: nowMs }, nowMs);
}

/** The open alerts that matchers would mute now. */
export const previewWindow = (
  live: SilenceContext,
  match: readonly string[],
  context: { readonly nowMs: number; readonly locale: Locale },
): WindowPreview => previewOf(live, parseMatchers(match).matchers, context);

async function store(live: SilenceContext, window: SilenceWindow, nowMs: number): Promise<SilenceWindowView> {
  await saveWindow(live.database.db, window);
  live.notifications.silenceWindows = [
    window,
    ...live.notifications.silenceWindows.filter(({ id }) => id !== window.id),
  ];
  return readWindow(live, window, nowMs);
}

function refuse(detail: string): never {
  throw new Refused(422, "Not a silence window", detail);
}

function windowOf(
  { match, comment, by, untilMs, recurring }: SilenceWindowRequest,
  fromMs: number,
  { who, atMs }: Author,
): Omit<SilenceWindow, "id" | "createdMs" | "fromMs"> {
  const spans = recurring === undefined ? null : recurringOf(recurring);
  if (fromMs > atMs + AHEAD_MS_MAX) refuse(`fromMs: at most ${AHEAD_MS_MAX / DAY} days ahead`);
  if (untilMs === undefined && spans === null) refuse("untilMs: a silence window has an end");
  if (untilMs !== undefined && untilMs <= Math.max(fromMs, atMs)) refuse("untilMs: it must lie ahead, after fromMs");
  if (untilMs !== undefined && spans === null && untilMs - fromMs > WINDOW_MS_MAX) {
    refuse(`untilMs: at most ${WINDOW_MS_MAX / DAY} days after fromMs`);
  }
  return {
    matchers: parseMatchers(match).matchers,
    comment,
    untilMs: untilMs ?? null,
    origin: "page",
    recurring: spans,
    by: by === undefined ? who : `${by} (${who})`,
  };
}

function recurringOf({ cron, zone, durationSeconds }: NonNullable<SilenceWindowRequest["recurring"]>): Recurring {
  const recurring = { cron: cron.trim(), zone, durationMs: durationSeconds * SECOND };
  const fault = recurringFault(recurring);
  if (fault !== null) refuse(`recurring: ${fault}`);
  return recurring;
}

function findEditable(live: SilenceContext, id: string, nowMs: number): SilenceWindow {
  const window = live.notifications.silenceWindows.find((candidate) => candidate.id === id);
  if (window === undefined) throw new Refused(404, "Not found", "no silence window of that id");
  if (window.origin === "file") {
    throw new Refused(409, "From the file", `this window stands in ${window.by}; change it there`);
  }
  if (window.untilMs !== null && window.untilMs <= nowMs) {
    throw new Refused(409, "Ended", "this window has ended; make a new one");
  }
  return window;
}
