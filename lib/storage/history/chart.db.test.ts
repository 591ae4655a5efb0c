import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type Sample, signalNamed } from "@/lib/base/signals/catalogue";
import { DAY, HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { newLifetimes } from "@/lib/rabbitmq/clients/lifetimes";
import { NO_REPLICAS } from "@/lib/rabbitmq/clients/replicas";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import type { Database } from "@/lib/storage/database";
import { POINTS_MAX } from "@/lib/storage/history/buckets";
import { readHistory } from "@/lib/storage/history/read-history";
import type { BucketResolution, Chart, HistoryRequest } from "@/lib/storage/history/source";
import { saveClients, saveSessions } from "@/lib/storage/rabbitmq/sessions";
import { rollUp } from "@/lib/storage/samples/roll-up";
import { type ClientMinute, saveClientMinutes, saveSamples, sumUnseen } from "@/lib/storage/samples/samples";
import { emptyTables, testDatabase } from "@/lib/storage/storage.testing";

const T = Date.UTC(2026, 10, 21, 12);

let opened: Promise<Database> | undefined;
const shared = (): Promise<Database> => {
  opened ??= testDatabase();
  return opened;
};
beforeEach(async () => emptyTables((await shared()).db));
afterAll(async () => (await shared()).close());

const broker = (
  id: string,
  up: number,
  more: Partial<Record<"connections" | "unseen", number | null>> = {},
): Sample => ({
  kind: "broker",
  labels: { broker: id },
  values: [up, more.connections ?? null, null, null, null, null, null, more.unseen ?? null, 12, null, null],
});
const queue = (name: string, ready: number | null): Sample => ({
  kind: "queue",
  labels: { broker: "main", vhost: "/", queue: name },
  values: [ready, 0, 1, null, null],
});
interface ChartRequest extends Omit<HistoryRequest, "signal">, BucketResolution {
  readonly signal: string;
}
const request = (signal: string, more: Partial<ChartRequest> = {}): ChartRequest => ({
  signal,
  fromMs: T,
  toMs: T + 10 * MINUTE,
  points: 300,
  labels: {},
  ...more,
});
async function chartOf({ signal: name, points, ...request }: ChartRequest): Promise<Chart> {
  const signal = signalNamed(name);
  if (signal === null) throw new Error(`no signal ${name}`);
  return readHistory((await shared()).db, { signal, ...request }, { points });
}

/** Polls every 5 s over [from, to), with the samples of each poll. */
async function polls(db: Database["db"], from: number, to: number, samplesAt: (at: number) => Sample[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (let at = from; at < to; at += 5 * SECOND) await saveSamples(trx, at, samplesAt(at));
  });
}

const session = (id: string, more: Partial<Session>): Session => ({
  id,
  broker: "main",
  client: "c1",
  connection: id,
  node: null,
  pid: null,
  openedMs: T,
  closedMs: null,
  end: null,
  reconnect: false,
  likely: false,
  listed: true,
  timeoutSeconds: 60,
  recvOct: null,
  recvGrewMs: T,
  sendOct: null,
  sendGrewMs: T,
  blocked: false,
  lateSinceMs: null,
  ...more,
});

const client = (id: string, name: string) => ({
  id,
  name,
  broker: "main",
  vhost: "/",
  user: "app",
  namedBy: "connection-name" as const,
  ...{ folded: [], alias: null, displayName: "c" },
  product: null,
  productVersion: null,
  platform: null,
  peerHost: null,
  state: "connected" as const,
  stateSinceMs: T,
  consuming: [],
  reconnectsMs: [],
  lastEnd: null,
  unreplaced: 0,
  firstSeenMs: T,
  lastSeenMs: T,
  lifetimes: newLifetimes(T),
  replicas: NO_REPLICAS,
});

describe("sampled signals", () => {
  test("a bucket holds at least one poll; least, greatest and average survive", async () => {
    const { db } = await shared();
    await polls(db, T, T + 10 * MINUTE, (at) => [queue("mail", (at - T) / SECOND)]);
    const answer = await chartOf(request("queue.ready"));
    expect(answer.stepMs).toBe(10 * SECOND);
    expect(answer.series).toHaveLength(1);
    expect(answer.series[0]?.labels).toEqual({ broker: "main", vhost: "/", queue: "mail" });
    expect(answer.series[0]?.points).toHaveLength(60);
    expect(answer.series[0]?.points[1]).toEqual([T + 10 * SECOND, 10, 15, 12.5]);
  });

  test("a gap stays a gap, and a value that was not measured is not zero", async () => {
    const { db } = await shared();
    await polls(db, T, T + 4 * MINUTE, () => [queue("mail", 3), queue("new", null)]);
    await polls(db, T + 6 * MINUTE, T + 10 * MINUTE, () => [queue("mail", 0)]);
    const answer = await chartOf(request("queue.ready", { points: 10 }));
    expect(answer.series.map((line) => line.labels.queue)).toEqual(["mail"]);
    expect(answer.series[0]?.points.map((point) => point[3])).toEqual([3, 3, 3, 3, null, null, 0, 0, 0, 0]);
  });

  test("the five greatest have a line each, the others one line in total", async () => {
    const { db } = await shared();
    await polls(db, T, T + MINUTE, () => Array.from({ length: 9 }, (_, at) => queue(`q${at}`, at)));
    const answer = await chartOf(request("queue.ready", { toMs: T + MINUTE, points: 2 }));
    expect(answer.series.map((line) => line.labels.queue ?? line.labels)).toEqual([
      "q8",
      "q7",
      "q6",
      "q5",
      "q4",
      { other: "4" },
    ]);
    expect(answer.series[5]?.points.map((point) => point[3])).toEqual([6, 6]);
  });

  test("only series with all requested labels", async () => {
    const { db } = await shared();
    await polls(db, T, T + MINUTE, () => [queue("a", 1), queue("b", 2)]);
    const one = await chartOf(request("queue.ready", { labels: { queue: "a", broker: "main" } }));
    expect(one.series.map((line) => line.labels.queue)).toEqual(["a"]);
    expect((await chartOf(request("queue.ready", { labels: { queue: "c" } }))).series).toEqual([]);
  });

  test("sessions that were never listed are added up", async () => {
    const { db } = await shared();
    await polls(db, T, T + 2 * MINUTE, () => [broker("main", 1, { unseen: 2 })]);
    const minute = request("broker.sessions.unseen", { points: 2, toMs: T + 2 * MINUTE });
    expect((await chartOf(minute)).series[0]?.points).toEqual([
      [T, 24, 24, 24],
      [T + MINUTE, 24, 24, 24],
    ]);
    expect(await sumUnseen(db, "main", [T + 90 * SECOND, T])).toEqual([12, 48]);
    expect(await sumUnseen(db, "none", [T])).toEqual([0]);
  });

  test("a long range is read from minutes and the samples after them, with the same result", async () => {
    const { db } = await shared();
    await polls(db, T, T + 12 * MINUTE, (at) => [queue("mail", (at - T) / SECOND), broker("main", 1, { unseen: 1 })]);
    const long = request("queue.ready", { fromMs: T - 3 * HOUR, toMs: T + HOUR, points: 240 });
    const before = await chartOf(long);
    await rollUp(db, T + 8 * MINUTE + 50 * SECOND);
    const after = await chartOf(long);
    expect(after).toEqual(before);
    expect(after.series[0]?.points.filter((point) => point[1] !== null)).toHaveLength(12);
    expect(after.series[0]?.points[181]).toEqual([T + MINUTE, 60, 115, 87.5]);
    await rollUp(db, T + HOUR);
    await rollUp(db, T + HOUR);
    expect(await chartOf(long)).toEqual(before);
    const unseen = await chartOf({ ...long, signal: "broker.sessions.unseen" });
    expect(unseen.series[0]?.points[180]).toEqual([T, 12, 12, 12]);
  });

  test.each([
    ["15 min", 15 * MINUTE],
    ["3 h", 3 * HOUR],
    ["24 h", DAY],
    ["30 days and an odd bit", 30 * DAY + 12_345],
  ])("never more than the most buckets: %s", async (_, range) => {
    const { db } = await shared();
    await saveSamples(db, T, [queue("mail", 1)]);
    const answer = await chartOf(request("queue.ready", { fromMs: T - range + 7, toMs: T + 7, points: 5_000 }));
    expect(answer.series[0]?.points.length).toBeLessThanOrEqual(POINTS_MAX);
  });
});

test("a rolled-back transaction leaves no object that a later one would write to", async () => {
  const { db } = await shared();
  const failing = db.transaction().execute(async (trx) => {
    await saveSamples(trx, T, [queue("mail", 1)]);
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  await saveSamples(db, T + SECOND, [queue("mail", 2), queue("mail", 4)]);
  await saveSamples(db, T + SECOND, [queue("mail", 5)]);
  const answer = await chartOf(request("queue.ready", { toMs: T + MINUTE, points: 2 }));
  expect(answer.series.map((line) => line.points[0])).toEqual([[T, 5, 5, 5]]);
});

describe("counted signals", () => {
  const end = { reason: "heartbeat", inferred: false, detail: null } as const;

  test("no event is 0 where the broker answered and unknown where it did not; an event counts either way", async () => {
    const { db } = await shared();
    await polls(db, T, T + 4 * MINUTE, () => [broker("main", 1)]);
    await polls(db, T + 4 * MINUTE, T + 6 * MINUTE, () => [broker("main", 0)]);
    await saveSessions(db, [
      session("a", { closedMs: T + 70 * SECOND, end }),
      session("b", { closedMs: T + 80 * SECOND, end }),
      session("c", { closedMs: T + 5 * MINUTE, end }),
      session("d", { closedMs: T + 70 * SECOND, end: { ...end, reason: "client-closed" } }),
    ]);
    const answer = await chartOf(request("broker.heartbeat.ends", { points: 10 }));
    expect(answer.series.map((line) => line.labels)).toEqual([{ broker: "main" }]);
    expect(answer.series[0]?.points.map((point) => point[1])).toEqual([0, 2, 0, 0, null, 1, null, null, null, null]);
  });

  test("brokers without events have a line too, each with its own gaps", async () => {
    const { db } = await shared();
    await polls(db, T, T + MINUTE, () => [broker("main", 1), broker("other", 0)]);
    await saveSessions(db, [session("a", { reconnect: true, openedMs: T + SECOND })]);
    const answer = await chartOf(request("broker.reconnects", { toMs: T + MINUTE, points: 2 }));
    expect(answer.series.map((line) => [line.labels.broker, line.points.map((point) => point[2])])).toEqual([
      ["main", [1, 0]],
      ["other", [null, null]],
    ]);
  });

  test("reconnects by client name; a quiet range is one line at zero for all", async () => {
    const { db } = await shared();
    await polls(db, T, T + 2 * MINUTE, () => [broker("main", 1)]);
    await saveClients(db, [client("c1", "mailer"), client("c2", "calm")]);
    await saveSessions(db, [session("a", { reconnect: true, openedMs: T + 61 * SECOND })]);
    const range = { toMs: T + 2 * MINUTE, points: 2 };
    const lines = async (more: Partial<ChartRequest>) =>
      (await chartOf(request("client.reconnects", { ...range, ...more }))).series.map((line) => [
        line.labels,
        line.points.map((point) => point[3]),
      ]);
    expect(await lines({})).toEqual([[{ broker: "main", client: "mailer" }, [0, 1]]]);
    expect(await lines({ labels: { client: "calm" } })).toEqual([[{ broker: "main", client: "calm" }, [0, 0]]]);
    expect(await lines({ labels: { client: "nobody" } })).toEqual([]);
    expect(await lines({ toMs: T + 10 * SECOND })).toEqual([[{ other: "2" }, [0]]]);
    expect(await lines({ labels: { broker: "none" } })).toEqual([]);
  });
});

describe("client minutes", () => {
  const minute = (client: string, more: Partial<ClientMinute>): ClientMinute => ({
    broker: "main",
    client,
    silence: null,
    missed: null,
    lost: null,
    absent: null,
    doing: {
      missing: null,
      idle: null,
      publishSilent: null,
      pinned: null,
      blocked: null,
      leaked: null,
      opened: null,
      replicas: null,
    },
    ...more,
  });

  test("are read by signal; of a minute that is written twice, the extremes of both remain", async () => {
    const { db } = await shared();
    await saveClientMinutes(db, T, [minute("a", { silence: 40, missed: 0 }), minute("b", {})]);
    await saveClientMinutes(db, T + 30 * SECOND, [minute("a", { silence: 100, lost: 1 })]);
    const read = async (signal: string) =>
      (await chartOf(request(signal, { toMs: T + 2 * MINUTE }))).series.map((line) => [
        line.labels.client,
        line.points,
      ]);
    const gap = [T + MINUTE, null, null, null];
    expect(await read("client.heartbeat.silence")).toEqual([["a", [[T, 40, 100, 70], gap]]]);
    expect(await read("client.heartbeat.missed")).toEqual([["a", [[T, 0, 0, 0], gap]]]);
    expect(await read("client.lost")).toEqual([["a", [[T, 1, 1, 1], gap]]]);
    expect(await read("client.absent")).toEqual([]);
  });
});
