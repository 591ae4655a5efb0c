import { type Box, boxOf, type Stretch, type TimeAxis, without, xOf } from "@/components/clients/timeline/axis";
import { knownFromMs } from "@/components/clients/timeline/sessions";
import type { ClientHistory } from "@/lib/views/clients/history-schema";

export interface SilenceRow {
  /** The silence curve (a saw-tooth), one SVG path per segment. */
  readonly segments: readonly string[];
  /** Minutes for which only the longest silence is stored. */
  readonly late: readonly (Box & { readonly height: number })[];
  /** Periods without stored silence: healthy minutes before the last hour, or before Lastbeat started. */
  readonly unknown: readonly Box[];
  /** Y position of one heartbeat timeout, px from the top; null without a heartbeat. */
  readonly timeoutY: number | null;
  readonly timeoutSeconds: number | null;
  readonly close: Box | null;
}

/** The broker closes the connection after two to three timeouts, so the row is three timeouts high. */
const TIMEOUTS_HIGH = 3;
/** Without a heartbeat the row is at least this high, so that a silence of seconds does not fill it. */
const SECONDS_HIGH_MIN = 60;
const SEEN_PX = 1;

export function silenceRow(
  view: ClientHistory,
  axis: TimeAxis,
  given: { readonly height: number; readonly gaps: readonly Stretch[] },
): SilenceRow {
  const { teeth: segments, late } = view.silence;
  const timeoutSeconds = timeoutOf(view);
  const peak = Math.max(
    SECONDS_HIGH_MIN,
    ...segments.map((segment) => segment.peakSeconds),
    ...late.map((one) => one.seconds),
  );
  const top = timeoutSeconds === null ? peak : TIMEOUTS_HIGH * timeoutSeconds;
  const up = (seconds: number): number => (Math.min(seconds, top) / top) * given.height;
  const y = (seconds: number): number => given.height - up(seconds);
  const known = [...segments.map(({ fromMs, toMs }) => ({ fromMs, toMs })), ...late, ...given.gaps, ...bridged(view)];
  const expected = view.client.heartbeat.closeExpectedMs;
  return {
    segments: segments
      .filter((segment) => segment.toMs >= axis.fromMs)
      .map((segment) => pathOf(segment, axis, y, given.height)),
    late: late.map((one) => ({ ...boxOf(axis, one), height: up(one.seconds) })),
    unknown: without({ fromMs: knownFromMs(view, axis), toMs: axis.nowMs }, known)
      .map((stretch) => boxOf(axis, stretch))
      .filter((box) => box.width >= SEEN_PX),
    timeoutY: timeoutSeconds === null ? null : y(timeoutSeconds),
    timeoutSeconds,
    close: expected === null ? null : boxOf(axis, { fromMs: expected.from, toMs: expected.to }),
  };
}

/** The poll between two consecutive segments, at which bytes had arrived again: it counts as known. */
function bridged(view: ClientHistory): Stretch[] {
  const { teeth: segments } = view.silence;
  return segments
    .slice(1)
    .map((segment, at) => ({ fromMs: segments[at]?.toMs ?? segment.fromMs, toMs: segment.fromMs }));
}

/** Heartbeat timeout of the client's current session, otherwise of its newest one; null without a heartbeat. */
function timeoutOf(view: ClientHistory): number | null {
  const seconds = view.client.heartbeat.timeoutSeconds ?? view.sessions[0]?.timeoutSeconds ?? null;
  return seconds === 0 ? null : seconds;
}

function pathOf(
  segment: ClientHistory["silence"]["teeth"][number],
  axis: TimeAxis,
  y: (seconds: number) => number,
  height: number,
): string {
  const [from, to] = [xOf(axis, segment.fromMs), xOf(axis, segment.toMs)].map(round);
  const peak = round(y(segment.peakSeconds));
  // Bytes arrived throughout: there is no slope to draw, only the longest silence.
  const flat = segment.peakSeconds * 1_000 < segment.toMs - segment.fromMs;
  // A segment that began before the range starts at the silence it had at the range's start.
  const enters = flat ? peak : round(y(Math.max(0, (axis.fromMs - segment.fromMs) / 1_000)));
  return `M${from} ${height}L${from} ${enters}L${to} ${peak}L${to} ${height}Z`;
}

const round = (px: number): number => Math.round(px * 10) / 10;
