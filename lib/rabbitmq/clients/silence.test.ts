import { expect, test } from "vitest";
import { HOUR, SECOND } from "@/lib/base/time/duration";
import { recordSilence, type SilenceLog, silenceSegments } from "@/lib/rabbitmq/clients/silence";
import type { Session } from "@/lib/rabbitmq/sessions/session";

const POLL_S = 5;

const session = (id: string, lastByteMs: number, timeoutSeconds: number | null = 60): Session => ({
  id,
  broker: "main",
  client: "worker",
  connection: id,
  node: null,
  pid: null,
  openedMs: 0,
  closedMs: null,
  end: null,
  reconnect: false,
  likely: false,
  listed: true,
  timeoutSeconds,
  recvOct: 1,
  recvGrewMs: lastByteMs,
  sendOct: 1,
  sendGrewMs: 0,
  blocked: false,
  lateSinceMs: null,
});

/**
 * One letter a poll: h a byte arrived, s silent, - no session, b a second session with bytes at every poll. Returns
 * from-to^peak.
 */
function segmentsOf(story: string): string {
  let logs: ReadonlyMap<string, SilenceLog> = new Map();
  let lastByteMs = 0;
  for (const [at, letter] of [...story].entries()) {
    const nowMs = at * POLL_S * SECOND;
    if (letter === "h") lastByteMs = nowMs;
    const open = letter === "-" ? [] : [session("a", lastByteMs), ...(letter === "b" ? [session("b", nowMs)] : [])];
    logs = recordSilence(logs, open, nowMs);
  }
  return silenceSegments(logs.get("worker"))
    .map(({ fromMs, toMs, peakSeconds }) => `${fromMs / SECOND}-${toMs / SECOND}^${peakSeconds}`)
    .join(" ");
}

test.each([
  ["silence rises until the next byte", "hssshsss", "0-15^15 20-35^15"],
  ["bytes at every poll are one segment near zero", "hhhhhh", "0-25^0"],
  ["bytes at every other poll too", "hshshs", "0-25^5"],
  ["a later silence is a segment from the last byte", "hhhhsssss", "0-15^10 15-40^25"],
  ["no session is a gap before the next segment", "hsss---hsss", "0-15^15 35-50^15"],
  ["a short absence is a gap for an active client too", "hh-hh", "0-5^0 15-20^0"],
  ["the most silent session counts", "hbbbb", "0-20^20"],
])("%s", (_, story, expected) => expect(segmentsOf(story)).toBe(expected));

test("an hour is stored, in a limited number of segments", () => {
  let logs: ReadonlyMap<string, SilenceLog> = new Map();
  const until = 3 * HOUR;
  for (let nowMs = 0; nowMs <= until; nowMs += 5 * SECOND) {
    const lastByteMs = nowMs - (nowMs % (30 * SECOND));
    logs = recordSilence(logs, [session("a", lastByteMs)], nowMs);
  }
  const segments = silenceSegments(logs.get("worker"));
  expect(segments.length).toBeLessThanOrEqual(181);
  expect(segments[0]?.toMs ?? 0).toBeGreaterThanOrEqual(until - HOUR - 30 * SECOND);
});

test("a client absent for an hour is dropped", () => {
  const logs = recordSilence(new Map(), [session("a", 0)], 0);
  expect(recordSilence(logs, [], HOUR - 1).size).toBe(1);
  expect(recordSilence(logs, [], HOUR).size).toBe(0);
});
