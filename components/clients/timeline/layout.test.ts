import { describe, expect, test } from "vitest";
import { axisOf, ticksOf, without } from "@/components/clients/timeline/axis";
import { timelineEvents, timelineMarks } from "@/components/clients/timeline/marks";
import { drawnGaps, sessionBars, sessionGaps } from "@/components/clients/timeline/sessions";
import { silenceRow } from "@/components/clients/timeline/silence";
import { client } from "@/components/gallery/factories";
import { history, session } from "@/components/gallery/lives";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import type { ClientHistory } from "@/lib/views/clients/history-schema";

const NOW = Date.UTC(2026, 10, 21, 12);
const FROM = NOW - HOUR;
/** One pixel per minute unless a test sets another width. */
const WIDTH = 60;

/** Sessions as "from-to" in minutes of the hour; "40-" is open. */
const sessions = (story: string) =>
  story
    .split(" ")
    .filter(Boolean)
    .map((text) => {
      const [from = "", to = ""] = text.split("-");
      return session(FROM + Number(from) * MINUTE, to === "" ? null : FROM + Number(to) * MINUTE);
    })
    .reverse();

const view = (story: string, more: Partial<ClientHistory> = {}): ClientHistory =>
  history(NOW, { sessions: sessions(story), ...more });

const minutes = (ms: number): number => Math.round((ms - FROM) / MINUTE);

describe("sessions", () => {
  test.each([
    ["consecutive sessions share a track", "0-20 30-50", "0:0-20 0:30-50"],
    ["concurrent sessions are stacked", "0-40 10-50 20-60", "0:0-40 1:10-50 2:20-60"],
    ["a free track is reused", "0-40 10-20 30-50", "0:0-40 1:10-20 1:30-50"],
    [
      "with five concurrent sessions two share the last track",
      "0-60 0-60 0-60 0-60 0-60",
      "0:0-60 1:0-60 2:0-60 3:0-60 3:0-60",
    ],
  ])("%s", (_, story, expected) => {
    const bars = sessionBars(view(story), axisOf(view(story), WIDTH));
    const text = bars.map((bar) => `${bar.track}:${minutes(bar.fromMs)}-${minutes(bar.toMs)}`);
    expect(text.sort().join(" ")).toBe(expected);
  });

  test("a thousand short sessions are merged into few bars with their count", () => {
    const many = Array.from({ length: 1_000 }, (_, at) =>
      session(FROM + at * 3_600, FROM + at * 3_600 + 3_300),
    ).reverse();
    const whole = view("", { sessions: many });
    const bars = sessionBars(whole, axisOf(whole, 1_000));
    expect(bars.length).toBeLessThan(20);
    expect(bars.reduce((sum, bar) => sum + bar.sessions, 0)).toBe(1_000);
    expect(
      timelineMarks(timelineEvents(whole, sessionGaps(whole, axisOf(whole, 1_000))), axisOf(whole, 1_000)).length,
    ).toBeLessThan(90);
  });
});

describe("gaps", () => {
  const textOf = (whole: ClientHistory): string =>
    sessionGaps(whole, axisOf(whole, WIDTH))
      .map((gap) => `${gap.cut ? "<" : ""}${minutes(gap.fromMs)}-${gap.open ? "" : minutes(gap.toMs)}`)
      .join(" ");
  const away = { ...client(NOW), sessionsOpen: 0, state: "absent" as const };
  const ended = { atMs: NOW - 2 * HOUR, reason: "unknown" as const, inferred: false, detail: null, detailReason: null };

  test.each<[string, string, Partial<ClientHistory>, string]>([
    ["a gap between two sessions", "0-20 30-", {}, "20-30"],
    ["no gap while another session is open", "0-40 30-", {}, ""],
    ["a gap that lasts until now is open", "0-20", { client: away }, "20-"],
    ["a gap that began before the range is cut", "10-", {}, "<0-10"],
    [
      "no gap before the client's first session",
      "10-",
      { client: client(NOW, { firstSeenMs: NOW - 50 * MINUTE }) },
      "",
    ],
    ["no gap before the oldest session of a truncated list", "10-20 30-", { sessionsCut: true }, "20-30"],
    [
      "a gap over the whole range starts at the last session's end",
      "",
      { client: { ...away, lastEnd: ended } },
      "-60-",
    ],
  ])("%s", (_, story, more, expected) => expect(textOf(view(story, more))).toBe(expected));
});

describe("drawn gaps", () => {
  const textOf = (story: string, width: number): string => {
    const axis = axisOf(view(story), width);
    return drawnGaps(sessionGaps(view(story), axis), axis)
      .map((gap) => `${minutes(gap.fromMs)}-${minutes(gap.toMs)}×${gap.gaps}`)
      .join(" ");
  };
  test.each([
    ["wide gaps stay separate", "0-20 30-40 50-", 60, "20-30×1 40-50×1"],
    ["gaps too narrow to see are merged and counted", "0-20 21-22 23-24 25-", 20, "20-25×3"],
    ["a wide gap is not merged with narrow ones", "0-20 40-41 42-", 30, "20-40×1 41-42×1"],
  ])("%s", (_, story, width, expected) => expect(textOf(story, width)).toBe(expected));
});

describe("marks", () => {
  const whole = view("0-20 30-40 41-");
  const axis = axisOf(whole, 600);
  const events = timelineEvents(whole, sessionGaps(whole, axis));

  test("an end event contains how long the client was away", () =>
    expect(events.map((event) => (event.kind === "ended" ? event.away?.ms : null))).toEqual([10 * MINUTE, MINUTE]));

  test("overlapping marks are merged", () => {
    expect(timelineMarks(events, axis).map((mark) => mark.events.length)).toEqual([1, 1]);
    expect(timelineMarks(events, axisOf(whole, 30)).map((mark) => mark.events.length)).toEqual([2]);
  });

  test("an end outside the range has no mark", () => {
    const older = view("0-20", { fromMs: FROM + 30 * MINUTE });
    expect(timelineEvents(older, sessionGaps(older, axisOf(older, 600)))).toEqual([]);
  });
});

describe("silence", () => {
  const drawn = (more: Partial<ClientHistory>, width = 3_600) => {
    const whole = view("0-", more);
    return silenceRow(whole, axisOf(whole, width), { height: 90, gaps: [] });
  };
  const segment = (from: number, to: number, peakSeconds = to - from) => ({
    ...{ fromMs: FROM + from * SECOND, toMs: FROM + to * SECOND, peakSeconds },
  });

  test("a segment rises to its peak silence; the row is three timeouts high", () =>
    expect(drawn({ silence: { teeth: [segment(600, 690)], late: [] } }).segments).toEqual([
      "M600 90L600 90L690 45L690 90Z",
    ]));
  test("a segment with continuous traffic is flat", () =>
    expect(drawn({ silence: { teeth: [segment(600, 900, 6)], late: [] } }).segments).toEqual([
      "M600 90L600 87L900 87L900 90Z",
    ]));
  test("a segment that began before the range starts at the silence it had there", () =>
    expect(drawn({ silence: { teeth: [segment(-60, 30)], late: [] } }).segments).toEqual(["M0 90L0 60L30 45L30 90Z"]));
  test("time without stored silence is unknown; the poll between two segments is not", () => {
    const { unknown } = drawn({ silence: { teeth: [segment(1_800, 1_860), segment(1_865, 3_600, 20)], late: [] } });
    expect(unknown).toEqual([{ x: 0, width: 1_800 }]);
  });
  test("time before the client was first seen is not unknown", () => {
    const born = client(NOW, { firstSeenMs: NOW - 10 * MINUTE });
    const whole = view("50-", { client: born, silence: { teeth: [segment(3_300, 3_600, 5)], late: [] } });
    const { unknown } = silenceRow(whole, axisOf(whole, 3_600), { height: 90, gaps: [] });
    expect(unknown).toEqual([{ x: 3_000, width: 300 }]);
  });
  test("a stored late minute is known", () => {
    const late = [{ fromMs: FROM, toMs: FROM + 30 * MINUTE, seconds: 90 }];
    const row = drawn({ silence: { teeth: [], late } });
    expect([row.late, row.unknown]).toEqual([[{ x: 0, width: 1_800, height: 45 }], [{ x: 1_800, width: 1_800 }]]);
  });
});

describe("the axis", () => {
  test("extends to an expected close, by at most a quarter of the range", () => {
    const heartbeat = { ...client(NOW).heartbeat, closeExpectedMs: { from: NOW, to: NOW + 5 * MINUTE } };
    expect(axisOf(view("0-", { client: client(NOW, { heartbeat }) }), WIDTH).toMs).toBe(NOW + 5 * MINUTE);
    const far = { ...heartbeat, closeExpectedMs: { from: NOW, to: NOW + HOUR } };
    expect(axisOf(view("0-", { client: client(NOW, { heartbeat: far }) }), WIDTH).toMs).toBe(NOW + 15 * MINUTE);
  });
  test.each([
    [300, 3],
    [1_200, 13],
  ])("at %d px it has %d labels", (width, count) => expect(ticksOf(axisOf(view("0-"), width)).length).toBe(count));
  test("a range without its stretches leaves the parts between them", () =>
    expect(
      without({ fromMs: 0, toMs: 10 }, [
        { fromMs: 5, toMs: 7 },
        { fromMs: -2, toMs: 2 },
      ]),
    ).toEqual([
      { fromMs: 2, toMs: 5 },
      { fromMs: 7, toMs: 10 },
    ]));
});
