import type { SilenceWindowInput, SilenceWindowView } from "@/lib/views/silence-windows/schema";

/** A silence window as edited in the form: the texts as typed. `id` is null for a new one. */
export interface SilenceWindowDraft {
  readonly id: string | null;
  readonly match: string;
  readonly kind: "once" | "recurring";
  readonly from: string;
  readonly until: string;
  readonly cron: string;
  readonly zone: string;
  readonly minutes: string;
  readonly comment: string;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** The default duration: long enough to investigate, short enough for the alert to return the same day. */
const USUAL_MS = 2 * HOUR_MS;

export const draftOf = (match: readonly string[]): SilenceWindowDraft => ({
  id: null,
  match: match.join("\n"),
  kind: "once",
  from: "",
  until: localText(Date.now() + USUAL_MS),
  cron: "0 2 * * 0",
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  minutes: "60",
  comment: "",
});

export function draftFrom({ id, match, fromMs, untilMs, recurring, comment }: SilenceWindowView): SilenceWindowDraft {
  const fresh = draftOf(match);
  return {
    ...{ ...fresh, id, comment, from: localText(fromMs), until: untilMs === null ? "" : localText(untilMs) },
    ...(recurring === null
      ? {}
      : {
          ...{ kind: "recurring", cron: recurring.cron, zone: recurring.zone },
          minutes: String(Math.round(recurring.durationSeconds / 60)),
        }),
  };
}

/** Converts the form data to the input of the API. */
export function wantedOf(form: FormData): SilenceWindowInput {
  const text = (name: string): string => String(form.get(name) ?? "").trim();
  const [fromMs, untilMs, by] = [localMs(text("from")), localMs(text("until")), text("by")];
  const recurring = {
    ...{ cron: text("cron"), zone: text("zone"), durationSeconds: (Number(text("minutes")) * MINUTE_MS) / 1_000 },
  };
  return {
    match: matchOf(form),
    comment: text("comment"),
    ...(by === "" ? {} : { by }),
    ...(fromMs === null ? {} : { fromMs }),
    ...(untilMs === null ? {} : { untilMs }),
    ...(text("kind") === "recurring" ? { recurring } : {}),
  };
}

export const matchOf = (form: FormData): readonly string[] =>
  String(form.get("match") ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** An instant in the format of `datetime-local`: to the minute, in the browser's time zone. */
function localText(ms: number): string {
  const shifted = new Date(ms - new Date(ms).getTimezoneOffset() * MINUTE_MS);
  return shifted.toISOString().slice(0, "2026-11-21T12:00".length);
}

function localMs(text: string): number | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
