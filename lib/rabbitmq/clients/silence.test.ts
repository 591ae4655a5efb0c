import { expect, test } from "vitest";
import { HOUR, SECOND } from "@/lib/base/time/duration";
import { recordSilence, type SilenceLog, silenceSegments } from "@/lib/rabbitmq/clients/silence";
import type { Session } from "@/lib/rabbitmq/sessions/session";

const POLL_S = 5;

const session = (id: string, heardMs: number, timeoutSeconds: number | null = 60): Session => ({
  ...{
    id,
    broker: "main",
    client: "worker",
    connection: id,
    node: null,
    pid: null,
    openedMs: 0,
    closedMs: null,
    end: null,
  },
  ...{ reconnect: false, listed: true, timeoutSeconds, recvOct: 1, recvGrewMs: heardMs, sendOct: 1, sendGrewMs: 0 },
  ...{ blocked: false, lateSinceMs: null },
});

/** One letter a poll: h heard, s silent, - no session, b a second session that is always heard. Told: from-to^peak. */
function told(story: string): string {
  let logs: ReadonlyMap<string, SilenceLog> = new Map();
  let heardMs = 0;
  for (const [at, letter] of [...story].entries()) {
    const nowMs = at * POLL_S * SECOND;
    if (letter === "h") heardMs = nowMs;
    const open = letter === "-" ? [] : [session("a", heardMs), ...(letter === "b" ? [session("b", nowMs)] : [])];
    logs = recordSilence(logs, open, nowMs);
  }
  return silenceSegments(logs.get("worker"))
    .map((tooth) => `${tooth.fromMs / SECOND}-${tooth.toMs / SECOND}^${tooth.peakSeconds}`)
    .join(" ");
}

test.each([
  ["silence rises until it is heard again", "hssshsss", "0-15^15 20-35^15"],
  ["heard at every poll is one stretch near nothing", "hhhhhh", "0-25^0"],
  ["heard at every other poll as well", "hshshs", "0-25^5"],
  ["then falling silent is a tooth from the last byte", "hhhhsssss", "0-15^10 15-40^25"],
  ["no session is a gap, and the next one begins anew", "hsss---hsss", "0-15^15 35-50^15"],
  ["a short absence is a gap even for one heard all the time", "hh-hh", "0-5^0 15-20^0"],
  ["the most silent session speaks for the client", "hbbbb", "0-20^20"],
])("%s", (_, story, expected) => expect(told(story)).toBe(expected));

test("an hour is kept, and no more teeth than fit", () => {
  let logs: ReadonlyMap<string, SilenceLog> = new Map();
  const until = 3 * HOUR;
  for (let nowMs = 0; nowMs <= until; nowMs += 5 * SECOND) {
    const heardMs = nowMs - (nowMs % (30 * SECOND));
    logs = recordSilence(logs, [session("a", heardMs)], nowMs);
  }
  const teeth = silenceSegments(logs.get("worker"));
  expect(teeth.length).toBeLessThanOrEqual(181);
  expect(teeth[0]?.toMs ?? 0).toBeGreaterThanOrEqual(until - HOUR - 30 * SECOND);
});

test("a client gone for an hour is forgotten", () => {
  const logs = recordSilence(new Map(), [session("a", 0)], 0);
  expect(recordSilence(logs, [], HOUR - 1).size).toBe(1);
  expect(recordSilence(logs, [], HOUR).size).toBe(0);
});
