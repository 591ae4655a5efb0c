import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { pendingStateOf } from "@/lib/alerts/engine/alert-state";
import { type AlertMemory, evaluateAlerts, fromStored } from "@/lib/alerts/engine/evaluate-alerts";
import { phaseOf, resolutionOf } from "@/lib/alerts/model/resolution";
import { propertyRuns } from "@/lib/base/testing/property-runs.testing";
import { SECOND } from "@/lib/base/time/duration";
import { FLOWS, timeline } from "@/lib/collector/broker/timeline.testing";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import { RECONNECTS_WITHIN_MS } from "@/lib/rabbitmq/clients/connectivity";
import { DEFAULT_FOLDING_RULE_IDS } from "@/lib/rabbitmq/clients/folding-rules";
import type { EndReason } from "@/lib/rabbitmq/events/end-reason";
import type { BrokerEvent } from "@/lib/rabbitmq/events/event";

/** The rules as shipped on one client: polls of 5 s with the broker's own events, as with `amqpUrl`. */
function world(timeoutSeconds: number) {
  const line = timeline([], FLOWS);
  let alerts: AlertMemory = new Map();
  let stored = { alerts, nowMs: line.nowMs() };
  let before = stored;
  let port = 1;
  let openedMs = line.nowMs();
  let octets = 100;
  let sent = 100;
  let isOpen = true;
  let droppedAs: EndReason | null = null;
  /** Published and not delivered yet; and those of the last tick, which are delivered again unless acknowledged. */
  let waiting: readonly BrokerEvent[] = [];
  let unacknowledged: readonly BrokerEvent[] = [];
  /** Published by the broker, and not in our queue yet. */
  let late: readonly BrokerEvent[] = [];
  const log: string[] = [];
  const summaries: string[] = [];
  const wrong: string[] = [];
  const connection = () =>
    aConnection(port, { connectedAtMs: openedMs, timeoutSeconds, recvOct: octets, sendOct: sent });
  const clientNow = () => [...line.memory().clients.values()][0] ?? null;
  const evaluate = (facts: ReturnType<typeof line.poll>["facts"]) => {
    const evaluated = evaluateAlerts(alerts, {
      rules: BUILT_IN_RULES,
      readings: facts.readings,
      ended: facts.ended,
      nowMs: line.nowMs(),
    });
    alerts = evaluated.after;
    before = stored;
    stored = { alerts, nowMs: line.nowMs() };
    for (const { type, alert } of evaluated.events) {
      if (alert.rule !== "heartbeat-late" && alert.rule !== "client-lost") continue;
      const what = type === "alert.firing" ? `${alert.severity} ${phaseOf(alert)}` : `${resolutionOf(alert)}`;
      log.push(`${alert.rule} ${what}`);
      summaries.push(alert.summary);
      const state = clientNow()?.state ?? null;
      if (type === "alert.resolved" && (state === "absent" || state === "lost")) wrong.push(`${what} while ${state}`);
      if (type === "alert.resolved" && !isOpen && what.endsWith("recovered"))
        wrong.push("recovered while disconnected");
    }
  };
  const poll = () => {
    sent += 8;
    unacknowledged = waiting;
    waiting = [];
    evaluate(line.poll({ connections: isOpen ? [connection()] : [], events: unacknowledged }).facts);
  };
  const opened = (): BrokerEvent => ({
    kind: "opened",
    atMs: openedMs,
    connection: { ...connection(), recvOct: null, sendOct: null, state: null },
    pid: null,
  });
  const ended = (reason: EndReason, atMs: number): readonly BrokerEvent[] => [
    { kind: "close-reason", atMs, connection: connection().name, reason, detail: null, final: true },
    { kind: "closed", atMs, node: "rabbit@a", connection: connection().name },
  ];
  const close = (reason: EndReason) => {
    isOpen = false;
    droppedAs = reason;
    return ended(reason, line.nowMs() + SECOND);
  };
  const restart = () => {
    line.restart(DEFAULT_FOLDING_RULE_IDS);
    const pending = [...stored.alerts.values()].map(pendingStateOf);
    const holds = new Map(pending.map((hold) => [hold.alert, hold]));
    alerts = fromStored(
      pending.length === 0 ? [] : [...stored.alerts.values()].map(({ alert }) => alert),
      stored.nowMs,
      holds,
    );
    waiting = [...unacknowledged, ...waiting];
  };
  return {
    log,
    summaries,
    wrong: () => wrong,
    isOpen: () => isOpen,
    droppedAs: () => droppedAs,
    state: () => clientNow()?.state ?? null,
    open: () => [...alerts.values()].map(({ alert }) => alert),
    healthy: (polls: number) => {
      for (let at = 0; at < polls; at++) {
        octets += 8;
        poll();
      }
    },
    silent: (polls: number) => {
      for (let at = 0; at < polls; at++) poll();
    },
    end: (reason: EndReason) => {
      if (!isOpen) return;
      waiting = [...waiting, ...close(reason)];
      poll();
    },
    /** It ends, and its events are on their way. */
    endUnseen: (reason: EndReason) => {
      late = close(reason);
    },
    deliver: () => {
      waiting = [...waiting, ...late];
      late = [];
      poll();
    },
    back: () => {
      if (isOpen) return;
      isOpen = true;
      droppedAs = null;
      port += 1;
      octets = 100;
      sent = 100;
      openedMs = line.nowMs() + 2 * SECOND;
      waiting = [...waiting, opened()];
      poll();
    },
    /** kill -9 and a start, with the last tick committed or not; its events were not acknowledged. */
    kill: (committed: boolean) => {
      if (!committed) {
        line.rollBack();
        stored = before;
      }
      restart();
      unacknowledged = [];
      poll();
    },
    /** Nobody polls for so many polls, while the broker's queue collects events; its connection may end meanwhile. */
    down: (polls: number, ends: EndReason | null = null, polledFirst = false) => {
      unacknowledged = [];
      restart();
      if (ends !== null && isOpen) waiting = [...waiting, ...close(ends)];
      line.wait(polls * 5 * SECOND);
      const queued = waiting;
      if (polledFirst) waiting = [];
      poll();
      if (polledFirst) {
        waiting = queued;
        poll();
      }
    },
  };
}
type World = ReturnType<typeof world>;

const polls = (seconds: number): number => Math.ceil(seconds / 5);

describe("a client that misses heartbeats is one alert until it is back", () => {
  test("late, disconnected, back: the feared event does not resolve the alert", () => {
    const all = world(60);
    all.healthy(8);
    all.silent(polls(110));
    expect(all.log).toEqual(["heartbeat-late warning late"]);
    all.end("heartbeat");
    all.silent(polls(20));
    expect(all.log).toEqual(["heartbeat-late warning late", "heartbeat-late critical disconnected"]);
    expect(all.summaries.at(-1)).toMatch(/^worker was disconnected 1\d s ago for missed heartbeats and is not back/);
    all.back();
    expect(all.log.slice(2)).toEqual(["heartbeat-late recovered"]);
    expect(all.summaries.at(-1)).toMatch(/^worker is connected again \(disconnected for \d+ s\)/);
  });

  test("back within a few seconds: late was all there was to say", () => {
    const all = world(60);
    all.healthy(8);
    all.silent(polls(110));
    all.end("heartbeat");
    all.back();
    expect(all.log).toEqual(["heartbeat-late warning late", "heartbeat-late recovered"]);
  });

  test("a timeout too short for a warning: disconnected is an alert all the same", () => {
    const all = world(10);
    all.healthy(8);
    all.silent(2);
    all.end("heartbeat");
    expect(all.log).toEqual([]);
    all.silent(polls(20));
    expect(all.log).toEqual(["heartbeat-late critical disconnected"]);
    all.back();
    expect(all.log).toEqual(["heartbeat-late critical disconnected", "heartbeat-late recovered"]);
  });

  test("reconnects at once: no alert", () => {
    const all = world(10);
    all.healthy(8);
    all.silent(2);
    all.end("heartbeat");
    all.back();
    all.healthy(10);
    expect(all.log).toEqual([]);
  });

  test("not back for longer than its library tries: the same alert, not a second one", () => {
    const all = world(60);
    all.healthy(10);
    all.silent(polls(110));
    all.end("heartbeat");
    all.silent(polls(15 * 60));
    expect(all.state()).toBe("lost");
    expect(all.open().map((alert) => `${alert.rule} ${phaseOf(alert)}`)).toEqual(["heartbeat-late lost"]);
    expect(all.open()[0]?.summary).toContain("its library has stopped trying");
    expect(all.log).toHaveLength(2);
  });

  test.each<[EndReason, string[]]>([
    ["connection-lost", ["heartbeat-late warning late", "heartbeat-late critical disconnected"]],
    ["unknown", ["heartbeat-late warning late", "heartbeat-late critical disconnected"]],
    ["client-closed", ["heartbeat-late warning late", "heartbeat-late departed"]],
    ["forced", ["heartbeat-late warning late", "heartbeat-late departed"]],
  ])("late, then its session ends: %s", (reason, expected) => {
    const all = world(60);
    all.healthy(10);
    all.silent(polls(90));
    all.end(reason);
    all.silent(polls(120));
    expect(all.log).toEqual(expected);
  });
});

const STEPS = ["healthy", "silent", "heartbeat", "connection-lost", "client-closed", "back", "kill", "down"] as const;

describe("in any history", () => {
  test("nothing resolves while its client is disconnected or lost, and no drop stays without an alert", () => {
    const step = fc.tuple(fc.constantFrom(...STEPS), fc.integer({ min: 1, max: 25 }));
    fc.assert(
      fc.property(fc.constantFrom(10, 60), fc.array(step, { minLength: 1, maxLength: 12 }), (timeout, steps) => {
        const all = world(timeout);
        all.healthy(8);
        for (const [kind, count] of steps) {
          if (kind === "healthy" && all.isOpen()) all.healthy(count);
          else if (kind === "silent" || kind === "healthy") all.silent(count);
          else if (kind === "back") all.back();
          else if (kind === "kill") all.kill(count % 2 === 0);
          else if (kind === "down") all.down(count, count % 3 === 0 ? "heartbeat" : null, count % 2 === 0);
          else if (all.isOpen()) all.end(kind);
          expect(all.wrong()).toEqual([]);
        }
        if (all.isOpen() || all.droppedAs() === null) return;
        all.silent(polls(RECONNECTS_WITHIN_MS / SECOND) + 2);
        expect(all.wrong()).toEqual([]);
        if (all.droppedAs() === "heartbeat") expect(all.open().map(({ rule }) => rule)).toContain("heartbeat-late");
      }),
      { numRuns: propertyRuns(400, 30) },
    );
  });

  test.each<[string, (all: World) => void]>([
    [
      "killed before the drop was read",
      (all) => {
        all.down(1);
        all.end("heartbeat");
        all.silent(6);
      },
    ],
    [
      "killed after the drop was read, before it was stored",
      (all) => {
        all.end("heartbeat");
        all.kill(false);
        all.silent(6);
      },
    ],
    [
      "killed after it was stored, before it was acknowledged",
      (all) => {
        all.end("heartbeat");
        all.kill(true);
        all.silent(6);
      },
    ],
    [
      "dropped while no process ran",
      (all) => {
        all.down(10, "heartbeat");
        all.silent(6);
      },
    ],
    [
      "dropped while no process ran; the first poll is before the events",
      (all) => {
        all.down(10, "heartbeat", true);
        all.silent(6);
      },
    ],
    [
      "a poll shows the end, then the process is killed, then the event arrives",
      (all) => {
        all.endUnseen("heartbeat");
        all.silent(1);
        all.kill(true);
        all.deliver();
        all.silent(6);
      },
    ],
    [
      "the reason arrives after the end, then the process is killed",
      (all) => {
        all.endUnseen("heartbeat");
        all.silent(1);
        all.deliver();
        all.kill(true);
        all.silent(6);
      },
    ],
    [
      "the whole life of its session is read again",
      (all) => {
        all.end("client-closed");
        all.back();
        all.end("heartbeat");
        all.kill(true);
        all.silent(6);
      },
    ],
  ])("a client that is dropped around a restart of ours has an alert: %s", (_, happens) => {
    for (const timeout of [10, 60]) {
      const all = world(timeout);
      all.healthy(8);
      happens(all);
      expect(all.open().map(({ rule, state }) => `${rule} ${state}`)).toEqual(["heartbeat-late firing"]);
      expect(all.wrong()).toEqual([]);
    }
  });
});
