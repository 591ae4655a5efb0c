import "server-only";
import { matchesAll } from "@/lib/alerts/matchers/matcher";
import type { Alert } from "@/lib/alerts/model/alert";
import { matchableLabels } from "@/lib/alerts/model/matchable-labels";
import type { Locale } from "@/lib/base/messages/locale";
import { SECOND } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";
import { openAlerts } from "@/lib/collector/tick/scope-state";
import { calendarAt, matchOfWindow, type SilenceWindow } from "@/lib/notifications/decide/silence-window";
import { alertView } from "@/lib/views/alerts/read";
import type { SilenceWindowView, WindowPreview } from "@/lib/views/silence-windows/schema";

type SilenceWindowsContext = Pick<Runtime, "notifications" | "scopes">;

/** All silence windows: active ones, then scheduled ones, then ended ones; of each the latest created first. */
export function readWindows(live: SilenceWindowsContext, nowMs: number): readonly SilenceWindowView[] {
  const open = openAlerts(live.scopes);
  return live.notifications.silenceWindows
    .map((window) => viewOf(live, window, open, nowMs))
    .toSorted((a, b) => ORDER[a.state] - ORDER[b.state] || b.createdMs - a.createdMs || (a.id < b.id ? -1 : 1));
}

/** One silence window of the API. */
export const readWindow = (live: SilenceWindowsContext, window: SilenceWindow, nowMs: number): SilenceWindowView =>
  viewOf(live, window, openAlerts(live.scopes), nowMs);

/** As many as a person reads before saving; `count` has the total. */
const PREVIEWED_MAX = 50;

/** The open alerts that matchers mute now. */
export function previewOf(
  live: SilenceWindowsContext,
  matchers: SilenceWindow["matchers"],
  { nowMs, locale }: { readonly nowMs: number; readonly locale: Locale },
): WindowPreview {
  const matching = openAlerts(live.scopes).filter((alert) => matchesAll(matchers, matchableLabels(alert)));
  const items = matching.slice(0, PREVIEWED_MAX).map((alert) => alertView(alert, live, locale));
  return { asOfMs: nowMs, count: matching.length, items };
}

const ORDER = { active: 0, scheduled: 1, off: 2, ended: 3 } as const;

function viewOf(
  live: SilenceWindowsContext,
  window: SilenceWindow,
  open: readonly Alert[],
  nowMs: number,
): SilenceWindowView {
  const { matchers, recurring, off, ...rest } = window;
  const spans = calendarAt(live.notifications.calendar, [window], nowMs).get(window.id)?.spans ?? [];
  const [first] = spans;
  return {
    ...rest,
    match: [...matchOfWindow(window)],
    recurring:
      recurring === null
        ? null
        : { cron: recurring.cron, zone: recurring.zone, durationSeconds: recurring.durationMs / SECOND },
    state: stateOf(window, first?.fromMs ?? null, nowMs),
    because: off?.because ?? null,
    spans: [...spans],
    matching: first === undefined ? 0 : open.filter((alert) => matchesAll(matchers, matchableLabels(alert))).length,
  };
}

function stateOf({ off, untilMs }: SilenceWindow, fromMs: number | null, nowMs: number): SilenceWindowView["state"] {
  if (off !== undefined && (untilMs === null || nowMs < untilMs)) return "off";
  if (fromMs === null) return "ended";
  return fromMs <= nowMs ? "active" : "scheduled";
}
