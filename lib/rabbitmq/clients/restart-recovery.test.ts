import { describe, expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { type AlertMemory, evaluateAlerts } from "@/lib/alerts/engine/evaluate-alerts";
import { phaseOf, resolutionOf } from "@/lib/alerts/model/resolution";
import { verbatim } from "@/lib/base/messages/reason";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import type { Derived } from "@/lib/collector/broker/derive/facts";
import { FLOWS, type Timeline, timeline } from "@/lib/collector/broker/timeline.testing";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { DEFAULT_FOLDING_RULE_IDS } from "@/lib/rabbitmq/clients/folding-rules";
import { type RestartRecovery, restartRecovery } from "@/lib/rabbitmq/clients/restart-recovery";

const REFUSED = { code: "refused", retry: true, reason: verbatim("connection refused") } as const;

const connection = (name: string, connectedAtMs: number, product = "amqplib"): Connection => ({
  name: `10.0.0.1:${1_000 + Number(name.slice(1))} -> 10.0.0.9:${connectedAtMs % 60_000}`,
  userProvidedName: name,
  product,
  productVersion: "2",
  platform: "node",
  protocol: "AMQP 0-9-1",
  vhost: "/",
  user: "app",
  node: "rabbit@a",
  peerHost: "10.0.0.1",
  state: "running",
  timeoutSeconds: 60,
  connectedAtMs,
  recvOct: 1,
  sendOct: 1,
});
const fifty = Array.from({ length: 50 }, (_, n) => `c${n}`);
const recoveryOf = (world: Timeline): RestartRecovery | null =>
  restartRecovery(world.memory().clients.values(), world.memory().open.values());

function restart(world: Timeline): void {
  world.poll({ connections: fifty.map((name) => connection(name, world.nowMs() - HOUR)) });
  world.poll({ failure: REFUSED });
}

describe("a broker restart with fifty clients, one of which does not reconnect", () => {
  test("shows which clients reconnected, when, and which did not", () => {
    const world = timeline();
    restart(world);
    const stoppedMs = world.nowMs();
    const returning = fifty.slice(1).map((name, n) => connection(name, stoppedMs + 4_000 + n * 100));
    world.poll({ connections: [], uptimeMs: null });
    world.poll({ connections: returning }, 10 * SECOND);
    const recovery = recoveryOf(world);
    expect(recovery).toMatchObject({ atMs: stoppedMs, reason: "broker-stopped", inferred: true });
    expect(recovery?.away.map((client) => client.name)).toEqual(["c0"]);
    expect(recovery?.back).toHaveLength(49);
    expect(recovery?.back.map(({ afterMs }) => afterMs).sort((a, b) => a - b)).toEqual(
      returning.map(({ connectedAtMs }) => (connectedAtMs ?? 0) - stoppedMs),
    );
  });

  test("one alert, not one for each: the broker's signal counts them, and no client's own signal does", () => {
    const world = timeline();
    restart(world);
    world.poll({ connections: [], uptimeMs: null });
    const returning = fifty.slice(3).map((name) => connection(name, world.nowMs()));
    let last = world.poll({ connections: returning });
    for (let n = 0; n < 70; n++) last = world.poll({ connections: returning });
    const lost = last.facts.readings.filter(({ signal, value }) => signal === "client.lost" && value === 1);
    expect(lost).toEqual([]);
    const missing = last.facts.readings.find(({ signal }) => signal === "broker.clients.missing");
    expect(missing).toMatchObject({
      labels: { broker: "main" },
      value: 3,
      context: { went: 50, back: 47, missing: "c0, c1, c2", phase: "lost" },
    });
  });

  test("no client is missing before its library gives up", () => {
    const world = timeline();
    restart(world);
    const last = world.poll({ connections: [], uptimeMs: null }, MINUTE);
    expect(last.facts.readings.find(({ signal }) => signal === "broker.clients.missing")?.value).toBe(0);
  });
});

test("a client that disconnects alone is no restart", () => {
  const world = timeline();
  const single = connection("c1", world.nowMs());
  world.poll({ connections: [single] });
  let last = world.poll({ connections: [] });
  for (let n = 0; n < 70; n++) last = world.poll({ connections: [] });
  expect(recoveryOf(world)).toBeNull();
  expect(last.facts.readings.some((reading) => reading.signal === "client.lost" && reading.value === 1)).toBe(false);
});

/** The rules as shipped on one broker whose clients come back after so many seconds each; null: never. */
function restarted(returns: readonly (readonly [name: string, seconds: number | null, product?: string])[]) {
  const world = timeline();
  let alerts: AlertMemory = new Map();
  const log: string[] = [];
  const firstPollMs = world.nowMs() - HOUR;
  const evaluate = (derived: Derived) => {
    const { readings, ended } = derived.facts;
    const evaluated = evaluateAlerts(alerts, { rules: BUILT_IN_RULES, readings, ended, nowMs: world.nowMs() });
    alerts = evaluated.after;
    for (const { type, alert } of evaluated.events) {
      if (!WATCHED.includes(alert.rule)) continue;
      const what = type === "alert.firing" ? `${alert.severity} ${phaseOf(alert)}` : resolutionOf(alert);
      log.push(`${alert.rule} ${what}: ${alert.summary}`);
    }
  };
  const listed = new Map(returns.map(([name, , product]) => [name, connection(name, firstPollMs, product)]));
  const poll = () => evaluate(world.poll({ connections: [...listed.values()] }));
  const settle = (seconds: number) => {
    for (let at = 0; at < seconds; at += 5) poll();
  };
  settle(60);
  const stopped = () => {
    for (const name of listed.keys()) listed.delete(name);
    evaluate(world.poll({ failure: REFUSED }));
    evaluate(world.poll({ connections: [], uptimeMs: null }));
    return world.nowMs();
  };
  const stoppedMs = stopped();
  return {
    log,
    world,
    settle,
    stopped,
    opens: (name: string, product?: string) => listed.set(name, connection(name, world.nowMs() + 1_000, product)),
    closes: (name: string) => listed.delete(name),
    open: () => [...alerts.values()].map(({ alert }) => alert).filter((alert) => WATCHED.includes(alert.rule)),
    until: (seconds: number) => {
      while (world.nowMs() < stoppedMs + seconds * SECOND) {
        for (const [name, after, product] of returns) {
          const atMs = stoppedMs + (after ?? Number.POSITIVE_INFINITY) * SECOND;
          if (atMs <= world.nowMs() + 5_000 && !listed.has(name)) listed.set(name, connection(name, atMs, product));
        }
        poll();
      }
    },
  };
}
const WATCHED: readonly string[] = ["clients-not-back", "client-lost"];

describe("who is not back although the others are", () => {
  const three = [
    ["c1", 4],
    ["c2", 6],
    ["c3", null],
  ] as const;

  test("is named after a minute; the give-up time of its library makes it critical, under the same alert", () => {
    const all = restarted(three);
    all.until(60);
    expect(all.log).toEqual([]);
    all.until(75);
    expect(all.log).toHaveLength(1);
    expect(all.log[0]).toMatch(
      /^clients-not-back warning disconnected: still missing since main went down .* ago: c3; /,
    );
    expect(all.log[0]).toContain("2 of 3 did, the slowest after");
    all.until(400);
    expect(all.log).toHaveLength(2);
    expect(all.log[1]).toMatch(/^clients-not-back critical lost: c3 did not come back after main went down/);
    all.opens("c3");
    all.settle(5);
    expect(all.log[2]).toMatch(
      /^clients-not-back recovered: all clients that were disconnected when main went down are/,
    );
  });

  test("five times the slowest of the others, where they take long", () => {
    const all = restarted([
      ["c1", 4],
      ["c2", 30],
      ["c3", null],
    ]);
    all.until(130);
    expect(all.log).toEqual([]);
    all.until(145);
    expect(all.log).toHaveLength(1);
  });

  test("of another product it is not compared: one library reconnects later than another", () => {
    const all = restarted([
      ["c1", 4, "amqplib"],
      ["c2", 6, "amqplib"],
      ["c3", null, "pika"],
    ]);
    all.until(200);
    expect(all.log).toEqual([]);
    all.until(400);
    expect(all.log).toHaveLength(1);
  });

  test("nobody is named before most of the others are back", () => {
    const all = restarted([
      ["c1", 4],
      ["c2", 200],
      ["c3", null],
      ["c4", null],
    ]);
    all.until(190);
    expect(all.log).toEqual([]);
  });

  test("alone on its broker it is named when its library has given up, by the same alert", () => {
    const all = restarted([["c1", null]]);
    all.until(400);
    expect(all.log).toHaveLength(1);
    expect(all.log[0]).toMatch(/^clients-not-back critical lost: c1 /);
  });

  test.each([
    ["one that comes back much later", (all: ReturnType<typeof restarted>) => all.opens("c4")],
    [
      "the others reconnect for reasons of their own",
      (all) => {
        for (const name of ["c1", "c2"]) all.closes(name);
        all.settle(20);
        for (const name of ["c1", "c2"]) all.opens(name);
      },
    ],
    [
      "the broker restarts again",
      (all) => {
        all.stopped();
        for (const name of ["c1", "c2"]) all.opens(name);
      },
    ],
    ["we restart", (all) => all.world.restart(DEFAULT_FOLDING_RULE_IDS)],
  ] satisfies [string, (all: ReturnType<typeof restarted>) => void][])(
    "nothing resolves it while it is away: %s",
    (_, happens) => {
      const all = restarted([...three, ["c4", null], ["c5", 3]]);
      all.until(100);
      expect(all.open().map(({ state }) => state)).toEqual(["firing"]);
      happens(all);
      all.settle(900);
      expect(all.log.filter((line) => /recovered|departed|unwatched/.test(line))).toEqual([]);
      expect(all.open().map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(["clients-not-back critical"]);
    },
  );
});

test("events without a log: a close is explained by the node that turns out to have restarted", () => {
  const world = timeline([], { events: FLOWS.events, log: { ...FLOWS.log, is: "missing" } });
  const names = ["c1", "c2", "c3"];
  const before = names.map((name) => connection(name, world.nowMs()));
  for (let at = 0; at < 12; at++) world.poll({ connections: before });
  const atMs = world.nowMs();
  const closed = before.map(({ name }) => ({ kind: "closed" as const, atMs, node: "rabbit@a", connection: name }));
  world.pushEvents(closed.slice(0, 1));
  expect([...world.memory().clients.values()].map(({ lastEnd }) => lastEnd?.reason ?? null)).toContain("unknown");
  world.poll({ failure: REFUSED, events: closed.slice(1) });
  world.poll({ failure: REFUSED });
  world.poll({ connections: [], uptimeMs: null });
  expect(recoveryOf(world)).toMatchObject({ reason: "broker-stopped", inferred: true, back: [] });
  expect(recoveryOf(world)?.away.map(({ name }) => name)).toEqual(names);
});

test("events without a log: who ended long before the node restarted ended for another reason", () => {
  const world = timeline([], { events: FLOWS.events, log: { ...FLOWS.log, is: "missing" } });
  const [first, ...others] = ["c1", "c2", "c3"].map((name) => connection(name, world.nowMs()));
  if (first === undefined) throw new Error("there is a first one");
  for (let at = 0; at < 12; at++) world.poll({ connections: [first, ...others] });
  world.pushEvents([{ kind: "closed", atMs: world.nowMs(), node: "rabbit@a", connection: first.name }]);
  for (let at = 0; at < 5; at++) world.poll({ connections: others });
  world.poll({ failure: REFUSED });
  world.poll({ connections: [], uptimeMs: null });
  expect(recoveryOf(world)?.away.map(({ name }) => name)).toEqual(["c2", "c3"]);
});
