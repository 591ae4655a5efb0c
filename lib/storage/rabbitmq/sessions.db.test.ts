import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verbatim } from "@/lib/base/messages/reason";
import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";
import type { Client } from "@/lib/rabbitmq/clients/client";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import type { Database } from "@/lib/storage/database";
import { readCursor } from "@/lib/storage/page";
import {
  countEnds,
  countEndsByReason,
  countReconnects,
  findClient,
  listSessions,
  listSessionsBetween,
  loadBroker,
  saveClients,
  saveSessions,
} from "@/lib/storage/rabbitmq/sessions";
import { testDatabase } from "@/lib/storage/storage.testing";

const NOW = Date.UTC(2026, 10, 21, 12);

const session = (id: string, more: Partial<Session> = {}): Session => ({
  id,
  broker: "main",
  client: "worker",
  connection: "10.0.0.7:4711 -> 10.0.0.1:5672",
  node: "rabbit@one",
  pid: "<0.877.0>",
  openedMs: NOW - HOUR,
  closedMs: null,
  end: null,
  reconnect: false,
  likely: false,
  listed: true,
  isRecvUnobserved: true,
  isResumed: true,
  timeoutSeconds: 60,
  recvOct: 4_294_967_296,
  recvGrewMs: NOW,
  sendOct: null,
  sendGrewMs: NOW,
  blocked: false,
  lateSinceMs: null,
  ...more,
});

const client = (id: string, more: Partial<Client> = {}): Client => ({
  id,
  broker: "main",
  vhost: "/",
  user: "app",
  name: id,
  namedBy: "connection-name",
  folded: [{ of: "name", rule: "spring-boot", text: "#3" }],
  alias: null,
  displayName: id,
  product: "pika",
  productVersion: null,
  platform: null,
  peerHost: "10.0.0.7",
  state: "connected",
  stateSinceMs: NOW - HOUR,
  consuming: ["mail", 'odd "name", {x}'],
  reconnectsMs: [],
  lastEnd: null,
  unreplaced: 0,
  firstSeenMs: NOW - HOUR,
  lastSeenMs: NOW,
  lifetimes: {
    presentSinceMs: NOW,
    longestSessionMs: 5_000,
    endedSessions: 2,
    hasConsumed: true,
    visits: [{ lastedMs: 60_000, awayMs: 90_000 }],
  },
  replicas: {
    sessions: { counts: [[3, 90] as const, [4, 6] as const], countedMs: NOW, usual: 3, few: 3 },
    consumers: { counts: [[6, 2] as const], countedMs: NOW, usual: null, few: null },
    ends: { inOrder: 1, others: 2 },
    shortfall: {
      lasted: { ms: 5_000, atMs: NOW, startUnknown: false },
      ...{ isLasting: true, sessions: 1, consumers: 2, readyBefore: 100, backlog: null },
    },
    anewMs: null,
  },
  ...more,
});

const ended = (reason: "heartbeat" | "client-closed", closedMs: number): Partial<Session> => ({
  closedMs,
  end: { reason, inferred: false, detail: verbatim("missed heartbeats from client, timeout: 60s") },
});

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

describe("what is loaded of a broker", () => {
  test("has every field as it was saved", async () => {
    const { db } = database;
    const open = session("a", { lateSinceMs: NOW - MINUTE, blocked: true, node: null, pid: null, client: null });
    const saved = client("worker", {
      lastEnd: {
        reason: "heartbeat",
        inferred: true,
        detail: null,
        atMs: NOW - HOUR,
        wasLate: true,
        overdueMs: NOW - 9,
      },
      unreplaced: 2,
      state: "lost",
    });
    const over = session("b", ended("heartbeat", NOW - 14 * MINUTE));
    await saveSessions(db, [open, over, session("c", ended("heartbeat", NOW - 16 * MINUTE))]);
    await saveClients(db, [saved]);
    expect(await loadBroker(db, "main", NOW)).toEqual({ clients: [saved], sessions: [open], ended: [over] });
    expect(await loadBroker(db, "other", NOW)).toEqual({ clients: [], sessions: [], ended: [] });
  });

  test("a session that is saved twice is one; of two in one call the later counts", async () => {
    const { db } = database;
    await saveSessions(db, [session("twice", { broker: "t" }), session("twice", { broker: "t", recvOct: 7 })]);
    await saveSessions(db, [session("twice", { broker: "t", recvOct: 8 })]);
    const { sessions } = await loadBroker(db, "t", NOW);
    expect(sessions.map((row) => row.recvOct)).toEqual([8]);
  });

  test("more rows than fit one statement are all saved", async () => {
    const { db } = database;
    const many = Array.from({ length: 4_321 }, (_, at) => session(`many-${at}`, { broker: "many" }));
    await saveSessions(db, many);
    expect((await loadBroker(db, "many", NOW)).sessions).toHaveLength(4_321);
  });

  test("ended sessions are not loaded; reconnects of the last day are counted from them", async () => {
    const { db } = database;
    const reconnect = { broker: "r", client: "flapper", reconnect: true };
    await saveClients(db, [client("flapper", { broker: "r" }), client("calm", { broker: "r" })]);
    await saveSessions(db, [
      session("r1", { ...reconnect, openedMs: NOW - 25 * HOUR, ...ended("heartbeat", NOW - 24 * HOUR) }),
      session("r2", { ...reconnect, openedMs: NOW - 2 * HOUR, ...ended("heartbeat", NOW - HOUR) }),
      session("r3", { ...reconnect, openedMs: NOW - HOUR }),
      session("r4", { broker: "r", client: "flapper", openedMs: NOW - 3 * HOUR, ...ended("client-closed", NOW) }),
    ]);
    const { clients, sessions } = await loadBroker(db, "r", NOW);
    expect(sessions.map((row) => row.id)).toEqual(["r3"]);
    expect(clients.map((row) => [row.id, row.reconnectsMs])).toEqual([
      ["calm", []],
      ["flapper", [NOW - 2 * HOUR, NOW - HOUR]],
    ]);
    expect(await countReconnects(db, "r", [NOW - 90 * MINUTE, NOW - DAY])).toEqual([1, 2]);
    expect(await countEnds(db, "r", "heartbeat", [NOW, NOW - HOUR, NOW - DAY])).toEqual([0, 1, 2]);
    expect(await countEnds(db, "r", "heartbeat", [])).toEqual([]);
  });

  test.each([
    ["departed a while ago: loaded", "departed", NOW - 23 * HOUR, true],
    ["departed for more than a day: not loaded", "departed", NOW - 25 * HOUR, false],
    ["lost for more than a day: loaded", "lost", NOW - 25 * HOUR, true],
  ] as const)("%s", async (_, state, lastSeenMs, loaded) => {
    const { db } = database;
    await saveClients(db, [client("gone", { broker: "gone", state, lastSeenMs })]);
    expect((await loadBroker(db, "gone", NOW)).clients).toHaveLength(loaded ? 1 : 0);
  });
});

test("names may contain anything; what PostgreSQL cannot store is replaced, not rejected", async () => {
  const { db } = database;
  const nasty = `a\0b\ud800c'"\\{},\n☃`;
  await saveClients(db, [client("nasty", { broker: "nasty", name: nasty, consuming: [nasty] })]);
  await saveSessions(db, [session(nasty, { broker: "nasty", connection: nasty, client: "nasty" })]);
  const { clients, sessions } = await loadBroker(db, "nasty", NOW);
  const stored = `a\ufffdb\ufffdc'"\\{},\n☃`;
  expect([clients[0]?.name, clients[0]?.consuming, sessions[0]?.connection]).toEqual([stored, [stored], stored]);
});

test("sessions of a client are paged, the latest opened first, without a gap or a repeat", async () => {
  const { db } = database;
  const rows = [5, 4, 4, 4, 3, 2, 1].map((hour, at) =>
    session(`p${at}`, { client: "paged", openedMs: NOW - hour * HOUR }),
  );
  await saveSessions(db, rows);
  const seen: string[] = [];
  let before = null;
  do {
    const page = await listSessions(db, "paged", { limit: 2, before });
    seen.push(...page.items.map((row) => row.id));
    before = page.next === null ? null : readCursor(page.next);
  } while (before !== null);
  expect(seen).toEqual(["p6", "p5", "p4", "p3", "p2", "p1", "p0"]);
  expect(await listSessions(db, "no\0body", { limit: 2, before: null })).toEqual({ items: [], next: null });
});

test("sessions in a range are those that opened before its end and closed after its beginning", async () => {
  const { db } = database;
  const labels = { broker: "range", client: "ranged" };
  await saveSessions(db, [
    session("before", { ...labels, openedMs: NOW - 5 * HOUR, ...ended("client-closed", NOW - 4 * HOUR) }),
    session("into", { ...labels, openedMs: NOW - 4 * HOUR, ...ended("client-closed", NOW - 2 * HOUR) }),
    session("open", { ...labels, openedMs: NOW - 100 * MINUTE }),
    session("after", { ...labels, openedMs: NOW - 30 * MINUTE }),
  ]);
  const within = { fromMs: NOW - 3 * HOUR, toMs: NOW - HOUR, limit: 10 };
  expect((await listSessionsBetween(db, "ranged", within)).map((row) => row.id)).toEqual(["open", "into"]);
  expect(await listSessionsBetween(db, "ranged", { ...within, limit: 1 })).toHaveLength(1);
});

test("ends are counted by reason, inferred ones separately", async () => {
  const { db } = database;
  const end = (id: string, reason: "heartbeat" | "unknown", inferred: boolean, hours: number) =>
    session(id, { broker: "why", closedMs: NOW - hours * HOUR, end: { reason, inferred, detail: null } });
  await saveSessions(db, [
    ...[end("w1", "unknown", false, 1), end("w2", "unknown", false, 2), end("w3", "heartbeat", true, 3)],
    ...[end("w4", "heartbeat", false, 4), end("w5", "unknown", false, 30), session("w6", { broker: "why" })],
  ]);
  const counts = (await countEndsByReason(db, "why", NOW - DAY)).map((row) => Object.values(row).join(" "));
  expect(counts).toEqual(["unknown false 2", "heartbeat false 1", "heartbeat true 1"]);
});

test("a client that is no longer loaded can still be found", async () => {
  const { db } = database;
  const saved = client("long-departed", { state: "departed", lastSeenMs: NOW - 9 * DAY });
  await saveClients(db, [saved]);
  expect(await findClient(db, "long-departed")).toEqual(saved);
  expect(await findClient(db, "nobody")).toBeNull();
});

test("only a cursor that `writeCursor` made is valid", () => {
  expect(readCursor("1700000000000.a%20b")).toEqual({ ms: 1_700_000_000_000, id: "a b" });
  for (const text of ["", "x", "12", "12.%", "-1.a", `1.${"a".repeat(5_000)}`]) expect(readCursor(text)).toBeNull();
});

test("a transaction that is rolled back saves nothing", async () => {
  const { db } = database;
  const failing = db.transaction().execute(async (trx) => {
    await saveSessions(trx, [session("undone", { broker: "undone" })]);
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect((await loadBroker(db, "undone", NOW)).sessions).toEqual([]);
});
