import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { evaluateAlerts } from "@/lib/alerts/engine/evaluate-alerts";
import { keyOf } from "@/lib/alerts/engine/measure";
import { NO_WINDOW_STATE } from "@/lib/alerts/engine/window-state";
import { parseMatchers } from "@/lib/alerts/matchers/parse-matchers";
import type { Rule } from "@/lib/alerts/model/rule";
import { aRule } from "@/lib/alerts/model/rules.testing";
import { SAMPLED, type Sample } from "@/lib/base/signals/catalogue";
import { DAY, HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { restoreWindowStates } from "@/lib/collector/tick/restore-window-states";
import { newLifetimes } from "@/lib/rabbitmq/clients/lifetimes";
import { NO_REPLICAS } from "@/lib/rabbitmq/clients/replicas";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import type { Database } from "@/lib/storage/database";
import { saveClients, saveSessions } from "@/lib/storage/rabbitmq/sessions";
import { rollUp } from "@/lib/storage/samples/roll-up";
import { saveClientMinutes, saveSamples } from "@/lib/storage/samples/samples";
import { emptyTables, testDatabase } from "@/lib/storage/storage.testing";
import { backtestRule, readBacktest } from "@/lib/views/rules/read-backtest";
import { BacktestView } from "@/lib/views/rules/schema";

const T = Date.UTC(2026, 10, 21, 12);
let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(() => emptyTables(database.db));

const broker = (up: number): Sample => ({
  kind: "broker",
  labels: { broker: "main" },
  values: SAMPLED.broker.map((_, at) => (at === 0 ? up : null)),
});
const queue = (name: string, ready: number | null): Sample => ({
  kind: "queue",
  labels: { broker: "main", vhost: "/", queue: name },
  values: [ready, 0, 1, null, null],
});

/** Polls every 20 s for some minutes; each poll of a minute has the same samples. */
async function polls(minutes: number, seen: (minute: number) => readonly Sample[]): Promise<void> {
  await database.db.transaction().execute(async (trx) => {
    for (let at = 0; at < minutes * MINUTE; at += 20 * SECOND) {
      await saveSamples(trx, T + at, seen(Math.floor(at / MINUTE)));
    }
  });
}

async function backtested(rule: Partial<Rule>, more: { toMs?: number; labels?: Record<string, string> } = {}) {
  const wanted = { fromMs: T, toMs: T + 20 * MINUTE, labels: {}, ...more };
  return BacktestView.parse(await readBacktest(database, { ...aRule, ...rule }, wanted, () => 0));
}

const spans = ({ periods }: BacktestView): string =>
  periods
    .map(
      ({ labels, fromMs, toMs }) =>
        `${labels.queue ?? labels.client ?? labels.broker} ${(fromMs - T) / MINUTE}-${(toMs - T) / MINUTE}`,
    )
    .join(", ");

describe("a rule on stored samples", () => {
  test("reports when it would have fired, on which instance, and from which history", async () => {
    await polls(20, (minute) => [broker(1), queue("a", minute >= 5 && minute < 9 ? 500 : 1), queue("b", 1)]);
    const view = await backtested({ warning: 100, forMs: MINUTE });
    expect(view).toMatchObject({
      ...{ signal: "queue.ready", unit: "count", stepMs: 20_000, count: { fired: 1, instances: 1 } },
      limits: { resolution: "samples", instances: 2, instancesLeft: 0, seriesLeft: 0, notes: [] },
    });
    expect(spans(view)).toBe("a 5-6, a 6-9");
    expect(view.series.map(({ labels }) => labels.queue)).toEqual(["a", "b"]);
  });

  test("covers only instances that it matches and that have the requested labels", async () => {
    await polls(2, () => [broker(1), queue("orders.eu", 500), queue("orders.us", 500), queue("mail", 500)]);
    const { matchers } = parseMatchers(["queue=~orders.*"]);
    expect((await backtested({ match: matchers })).count.instances).toBe(2);
    expect((await backtested({ match: matchers }, { labels: { queue: "orders.us" } })).count.instances).toBe(1);
  });

  test("reads minutes and samples that are not rolled up yet, if samples would be too many", async () => {
    await polls(10, (minute) => [broker(1), queue("a", minute === 5 ? 500 : 1)]);
    await rollUp(database.db, T + 8 * MINUTE);
    await database.pool.query("DELETE FROM lastbeat.samples WHERE at_ms < $1", [T + 6 * MINUTE]);
    const toMs = T + 10 * MINUTE;
    const wanted = { fromMs: T - 3 * DAY, toMs, labels: {} };
    const view = BacktestView.parse(await readBacktest(database, aRule, wanted, () => 0));
    expect([view.limits.resolution, view.limits.notes, spans(view)]).toEqual(["minutes", ["minutes"], "a 5-6"]);
  });

  test("of too many queues, evaluates those that can have fired, and does not count the others as left out", async () => {
    await polls(1, () => [
      broker(1),
      queue("old", 500),
      ...Array.from({ length: 60 }, (_, at) => queue(`new-${at}`, 1)),
    ]);
    const wanted = { fromMs: T - 3 * DAY, toMs: T + 10 * MINUTE, labels: {} };
    const view = async (rule: Partial<Rule>) =>
      BacktestView.parse(await readBacktest(database, { ...aRule, ...rule }, wanted, () => 0));
    expect((await view({ warning: 100 })).count).toEqual({ fired: 1, instances: 1 });
    expect((await view({ warning: 1 })).limits).toMatchObject({ instances: 61, instancesLeft: 0 });
  });

  test("a blind span holds the state, and absence does not count during it", async () => {
    await polls(10, (minute) => {
      if (minute >= 2 && minute < 5) return [broker(0)];
      return [broker(1), queue("other", 1), ...(minute < 2 ? [queue("a", 500)] : [queue("a", minute < 8 ? null : 1)])];
    });
    expect(spans(await backtested({}))).toBe("a 0-8");
    const absent = { condition: { kind: "absent" as const }, warning: 120 };
    expect(spans(await backtested(absent))).toBe("a 7-8");
  });

  test("rejects the future and cuts a range to seven days", async () => {
    const month = { fromMs: T - 30 * DAY, toMs: T, labels: {} };
    const view = await readBacktest(database, aRule, month, () => 0);
    expect(view).toMatchObject({ fromMs: T - 7 * DAY, limits: { notes: ["minutes", "no-history", "span-cut"] } });
    await expect(backtestRule({ database }, aRule, { ...month, fromMs: T + HOUR }, T)).rejects.toMatchObject({
      status: 400,
    });
    await expect(backtestRule({ database }, { ...aRule, signal: "x" }, month, T)).rejects.toMatchObject({
      status: 404,
    });
  });
});

test("a restart restores windows and present instances from the stored samples", async () => {
  await polls(10, (minute) => [broker(1), queue("a", 10 * minute)]);
  const rate: Rule = { ...aRule, id: "fast", condition: { kind: "rate", overMs: 5 * MINUTE } };
  const away: Rule = { ...aRule, id: "away", condition: { kind: "absent" } };
  const windowStates = await restoreWindowStates(database.db, [aRule, rate, away], T + 10 * MINUTE);
  const windows = windowStates.get("broker:main") ?? NO_WINDOW_STATE;
  const up = { signal: "broker.up", labels: { broker: "main" }, value: 1 };
  const a = { signal: "queue.ready", labels: queue("a", 0).labels, value: 100 };
  const given = { rules: [rate, away], ended: [], nowMs: T + 10 * MINUTE, windows };
  const { compared } = evaluateAlerts(new Map(), { ...given, readings: [up, a] });
  expect(compared.get(keyOf("fast", a.labels))?.value).toBeCloseTo(10, 0);
  const other = { ...a, labels: queue("b", 0).labels };
  const missed = evaluateAlerts(new Map(), { ...given, readings: [up, other] });
  expect([...missed.compared.keys()]).toContain(keyOf("away", a.labels));
});

describe("signals that are not stored as series", () => {
  test("reconnects are counted from sessions, for each client", async () => {
    await polls(20, () => [broker(1)]);
    await database.db.transaction().execute(async (trx) => {
      await saveClients(trx, [client("c1", "scanner")]);
      await saveSessions(
        trx,
        [2, 3, 4].map((minute) => session(`s${minute}`, T + minute * MINUTE)),
      );
    });
    const view = await backtested({ signal: "client.reconnects", warning: 3, clearAt: 1 });
    expect([view.limits.resolution, view.limits.notes, spans(view)]).toEqual(["sessions", ["counted"], "scanner 4-14"]);
    expect(spans(await backtested({ signal: "broker.reconnects", warning: 3, clearAt: 1 }))).toBe("main 4-14");
  });

  test("of clients only minutes with trouble are stored, which the notes say", async () => {
    await polls(20, () => [broker(1)]);
    await rollUp(database.db, T + 21 * MINUTE);
    const quiet = { missing: 0, idle: 0, publishSilent: 0, pinned: 0, blocked: 0, leaked: 0, opened: 0, replicas: 0 };
    const row = { broker: "main", client: "scanner", silence: 50, missed: 1, lost: 0, absent: 0, doing: quiet };
    await saveClientMinutes(database.db, T + 3 * MINUTE, [row]);
    const view = await backtested({ signal: "client.heartbeat.missed", warning: 1 });
    expect([view.limits.notes, spans(view)]).toEqual([["trouble-minutes"], "scanner 3-4"]);
  });
});

const client = (id: string, name: string) => ({
  ...{ id, broker: "main", vhost: "/", user: "u", name, namedBy: "connection-name" as const },
  ...{ folded: [], alias: null, displayName: name },
  ...{ product: null, productVersion: null, platform: null, peerHost: null, state: "connected" as const },
  ...{
    stateSinceMs: T,
    consuming: [],
    lastEnd: null,
    unreplaced: 0,
    reconnectsMs: [],
    firstSeenMs: T,
    lastSeenMs: T,
    lifetimes: newLifetimes(T),
    replicas: NO_REPLICAS,
  },
});

const session = (id: string, openedMs: number): Session => ({
  ...{ id, broker: "main", client: "c1", connection: id, node: null, pid: null, openedMs, closedMs: null, end: null },
  ...{
    reconnect: true,
    likely: false,
    listed: true,
    timeoutSeconds: 60,
    recvOct: null,
    recvGrewMs: T,
    sendOct: null,
    sendGrewMs: T,
  },
  ...{ blocked: false, lateSinceMs: null },
});
