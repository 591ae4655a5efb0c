import { describe, expect, test } from "vitest";
import { verbatim } from "@/lib/base/messages/reason";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { type Timeline, timeline } from "@/lib/collector/broker/timeline.testing";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { type RestartRecovery, restartRecovery } from "@/lib/rabbitmq/clients/restart-recovery";

const REFUSED = { code: "refused", retry: true, reason: verbatim("connection refused") } as const;

const connection = (name: string, connectedAtMs: number): Connection => ({
  name: `10.0.0.1:${1_000 + Number(name.slice(1))} -> 10.0.0.9:${connectedAtMs % 60_000}`,
  userProvidedName: name,
  product: "amqplib",
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
  world.poll({ connections: fifty.map((name) => connection(name, world.nowMs())) });
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
      context: { went: 50, back: 47, missing: "c0, c1, c2" },
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
