"use client";

import { useTranslations } from "next-intl";
import { type KeyboardEvent, useState } from "react";
import { TimelineDrawing } from "@/components/clients/timeline/drawing";
import { EventsTable } from "@/components/clients/timeline/events-table";
import { type ConnectionTimeline as Layout, layOut } from "@/components/clients/timeline/layout";
import type { TimelineMark } from "@/components/clients/timeline/marks";
import { useEventWords } from "@/components/clients/timeline/words";
import { useWidth } from "@/components/ui/width";
import type { ClientHistory } from "@/lib/views/clients/history-schema";

/** Sessions, gaps, silence, blocked periods and alerts on one time axis, or the same data as a table. */
export function ConnectionTimelineView({ view }: { readonly view: ClientHistory }) {
  const t = useTranslations("timeline");
  const panel = useTranslations("panel");
  const [asTable, setAsTable] = useState(false);
  const { ref, width } = useWidth();
  const timeline = width === 0 ? null : layOut(view, width);
  return (
    <section aria-label={t("title")} className="mb-8 border-y border-line py-4">
      <div ref={ref} className="min-h-[240px]">
        {timeline === null ? null : asTable ? (
          <EventsTable view={view} timeline={timeline} />
        ) : (
          <Axis timeline={timeline} />
        )}
      </div>
      <div className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-12 text-quiet">
        <p>{t("legend")}</p>
        {view.sessionsCut ? <p>{t("cut", { n: view.sessions.length })}</p> : null}
        <button
          type="button"
          onClick={() => setAsTable(!asTable)}
          className="ml-auto min-h-6 text-quiet underline hover:text-ink"
        >
          {panel(asTable ? "chart" : "table")}
        </button>
      </div>
    </section>
  );
}

const keyOf = (mark: TimelineMark): string => `${mark.row}${mark.events[0]?.atMs}`;

/** The timeline. Its marks are selected by pointer, touch or arrow keys. */
function Axis({ timeline }: { readonly timeline: Layout }) {
  const t = useTranslations("timeline");
  const { ofMark } = useEventWords();
  const [chosen, choose] = useState<string | null>(null);
  // Select by key, not by index: the list of marks changes with every poll.
  const at = timeline.marks.findIndex((mark) => keyOf(mark) === chosen);
  const mark = timeline.marks[at] ?? null;
  const go = (to: number): void => {
    const next = timeline.marks[Math.min(timeline.marks.length - 1, Math.max(0, to))];
    if (next !== undefined) choose(keyOf(next));
  };
  const text = mark === null ? null : ofMark(mark);
  return (
    <>
      <div
        role="slider"
        tabIndex={0}
        aria-label={t("walk")}
        aria-valuemin={0}
        aria-valuemax={timeline.marks.length}
        aria-valuenow={at + 1}
        aria-valuetext={text ?? t("noMark")}
        aria-orientation="horizontal"
        onKeyDown={(event) => walk(event, at === -1 ? null : at, timeline.marks.length, go, () => choose(null))}
        className="relative"
      >
        <TimelineDrawing timeline={timeline} chosen={mark} onMark={(one) => choose(one === null ? null : keyOf(one))} />
      </div>
      <p aria-live="polite" className="mt-1 min-h-10 text-13">
        {text ?? <span className="text-quiet">{t(timeline.marks.length === 0 ? "nothing" : "hint")}</span>}
      </p>
    </>
  );
}

/** Without a selection, the left arrow selects the latest mark, usually the one of interest. */
function walk(
  event: KeyboardEvent,
  at: number | null,
  marks: number,
  go: (to: number) => void,
  leave: () => void,
): void {
  const to = {
    ArrowLeft: at === null ? marks - 1 : at - 1,
    ArrowRight: at === null ? 0 : at + 1,
    Home: 0,
    End: marks - 1,
  }[event.key];
  if (event.key === "Escape") leave();
  if (to === undefined) return;
  event.preventDefault();
  go(to);
}
