import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { type AlertMemory, evaluateAlerts } from "@/lib/alerts/engine/evaluate-alerts";
import { phaseOf, resolutionOf } from "@/lib/alerts/model/resolution";
import { propertyRuns } from "@/lib/base/testing/property-runs.testing";
import { SECOND } from "@/lib/base/time/duration";
import { FLOWS, timeline } from "@/lib/collector/broker/timeline.testing";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import { RECONNECTS_WITHIN_MS } from "@/lib/rabbitmq/clients/connectivity";
import type { EndReason } from "@/lib/rabbitmq/events/end-reason";
import type { BrokerEvent } from "@/lib/rabbitmq/events/event";

/** The rules as shipped on one client: polls of 5 s with the broker's own events, as with `amqpUrl`. */
function world(timeoutSeconds: number) {
  const line = timeline([], FLOWS);
  let alerts: AlertMemory = new Map();
  let port = 1;
  let openedMs = line.nowMs();
  let octets = 100;
  let sent = 100;
  let isOpen = true;
  const log: string[] = [];
  const summaries: string[] = [];
  const connection = () =>
    aConnection(port, { connectedAtMs: openedMs, timeoutSeconds, recvOct: octets, sendOct: sent });
  const evaluate = (facts: ReturnType<typeof line.poll>["facts"]) => {
    const evaluated = evaluateAlerts(alerts, {
      rules: BUILT_IN_RULES,
      readings: facts.readings,
      ended: facts.ended,
      nowMs: line.nowMs(),
    });
    alerts = evaluated.after;
    for (const { type, alert } of evaluated.events) {
      if (alert.rule !== "heartbeat-late" && alert.rule !== "client-lost") continue;
      const what = type === "alert.firing" ? `${alert.severity} ${phaseOf(alert)}` : `${resolutionOf(alert)}`;
      log.push(`${alert.rule} ${what}`);
      summaries.push(alert.summary);
    }
  };
  const poll = (events: readonly BrokerEvent[] = []) => {
    sent += 8;
    evaluate(line.poll({ connections: isOpen ? [connection()] : [], events }).facts);
  };
  return {
    log,
    summaries,
    isOpen: () => isOpen,
    state: () => [...line.memory().clients.values()][0]?.state ?? null,
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
      const name = connection().name;
      const atMs = line.nowMs() + SECOND;
      isOpen = false;
      poll([
        { kind: "close-reason", atMs, connection: name, reason, detail: null, final: true },
        { kind: "closed", atMs, node: "rabbit@a", connection: name },
      ]);
    },
    back: () => {
      if (isOpen) return;
      isOpen = true;
      port += 1;
      octets = 100;
      sent = 100;
      openedMs = line.nowMs() + 2 * SECOND;
      poll();
    },
  };
}

const polls = (seconds: number): number => Math.ceil(seconds / 5);

describe("a client that misses heartbeats is one alert until it is back", () => {
  test("late, disconnected, back: the feared event does not resolve the alert", () => {
    const all = world(60);
    all.healthy(4);
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
    all.healthy(4);
    all.silent(polls(110));
    all.end("heartbeat");
    all.back();
    expect(all.log).toEqual(["heartbeat-late warning late", "heartbeat-late recovered"]);
  });

  test("a timeout too short for a warning: disconnected is an alert all the same", () => {
    const all = world(10);
    all.healthy(4);
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
    all.healthy(4);
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

const STEPS = ["healthy", "silent", "heartbeat", "connection-lost", "client-closed", "back"] as const;

describe("in any history", () => {
  test("nothing resolves while its client is disconnected or lost, and no drop stays without an alert", () => {
    const step = fc.tuple(fc.constantFrom(...STEPS), fc.integer({ min: 1, max: 25 }));
    fc.assert(
      fc.property(fc.constantFrom(10, 60), fc.array(step, { minLength: 1, maxLength: 8 }), (timeout, steps) => {
        const all = world(timeout);
        all.healthy(8);
        for (const [kind, count] of steps) {
          const before = all.log.length;
          let ended: EndReason | null = null;
          if (kind === "healthy" && all.isOpen()) all.healthy(count);
          else if (kind === "silent" || kind === "healthy") all.silent(count);
          else if (kind === "back") all.back();
          else if (all.isOpen()) {
            all.end(kind);
            ended = kind;
          }
          const resolved = all.log.slice(before).filter((event) => / (recovered|departed|unwatched)$/.test(event));
          if (resolved.length > 0) expect(["absent", "lost"], `${kind}: ${resolved}`).not.toContain(all.state());
          if (ended === "heartbeat") {
            all.silent(polls(RECONNECTS_WITHIN_MS / SECOND) + 2);
            const isAway = all.state() === "absent" || all.state() === "lost";
            if (isAway) expect(all.open().some(({ rule }) => rule === "heartbeat-late")).toBe(true);
          }
        }
      }),
      { numRuns: propertyRuns(200), seed: 1 },
    );
  });
});
