"use client";

import { useTranslations } from "next-intl";
import type { ConnectionTimeline } from "@/components/clients/timeline/layout";
import { useEventWords } from "@/components/clients/timeline/words";
import { useWords } from "@/components/ui/words";
import type { ClientHistory } from "@/lib/views/clients/history-schema";

/** Only the newest rows are listed; the API returns the others. */
const ROWS_MAX = 200;

interface Row {
  readonly key: string;
  readonly atMs: number;
  readonly row: "sessions" | "gaps" | "silence" | "blocked" | "alerts" | "broker";
  readonly what: string;
  readonly seconds: number | null;
}

/** The content of the timeline as a table, newest first. */
export function EventsTable({
  view,
  timeline,
}: {
  readonly view: ClientHistory;
  readonly timeline: ConnectionTimeline;
}) {
  const t = useTranslations("timeline");
  const { full, span } = useWords();
  const rows = useRows(view, timeline);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
    <section className="max-h-[420px] overflow-auto" aria-label={t("title")} tabIndex={0}>
      <table className="w-full text-13">
        <thead>
          <tr className="text-left text-12 text-quiet">
            <th scope="col">{t("time")}</th>
            <th scope="col">{t("row")}</th>
            <th scope="col">{t("what")}</th>
            <th scope="col" className="text-right">
              {t("lasted")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, ROWS_MAX).map((row) => (
            <tr key={row.key} className="border-t border-line align-top">
              <td className="pr-3 whitespace-nowrap max-sm:whitespace-normal">{full(row.atMs)}</td>
              <td className="pr-3 text-quiet">{t(row.row)}</td>
              <td className="break-words">{row.what}</td>
              <td className="text-right whitespace-nowrap">{row.seconds === null ? "–" : span(row.seconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > ROWS_MAX ? (
        <p className="text-12 text-quiet">{t("older", { n: rows.length - ROWS_MAX })}</p>
      ) : null}
    </section>
  );
}

function useRows(view: ClientHistory, timeline: ConnectionTimeline): readonly Row[] {
  const t = useTranslations("timeline");
  const { textOfEvent } = useEventWords();
  const { reasonText, span } = useWords();
  const lasting = (row: Row["row"], fromMs: number, toMs: number, what: string): Row => ({
    ...{ key: `${row}${fromMs}${toMs}`, atMs: fromMs, row, what, seconds: (toMs - fromMs) / 1_000 },
  });
  const rows: Row[] = [
    ...view.sessions.map((session) => ({
      ...lasting("sessions", session.openedMs, session.closedMs ?? view.toMs, session.connection),
      key: session.id,
    })),
    ...timeline.gaps.map((gap) => lasting("gaps", gap.fromMs, gap.toMs, t(gap.open ? "stillAbsent" : "wasAbsent"))),
    ...view.blocked.map((one) => lasting("blocked", one.fromMs, one.toMs ?? view.toMs, t("wasBlocked"))),
    ...view.blind.map((one) =>
      lasting("broker", one.fromMs, one.toMs, t("wasBlind", { because: reasonText(one.reason) })),
    ),
    ...view.silence.late.map((one) =>
      lasting("silence", one.fromMs, one.toMs, t("silentUpTo", { span: span(one.seconds) })),
    ),
    ...view.silence.teeth
      .filter((segment) => segment.peakSeconds >= (timeline.silence.timeoutSeconds ?? Number.POSITIVE_INFINITY))
      .map((segment) =>
        lasting("silence", segment.fromMs, segment.toMs, t("silentUpTo", { span: span(segment.peakSeconds) })),
      ),
    ...timeline.events.map((event, at) => ({
      key: `event${at}`,
      atMs: event.atMs,
      row:
        event.kind === "ended"
          ? ("sessions" as const)
          : event.kind === "restart"
            ? ("broker" as const)
            : ("alerts" as const),
      what: textOfEvent(event),
      seconds: null,
    })),
  ];
  return rows.sort((a, b) => b.atMs - a.atMs);
}
