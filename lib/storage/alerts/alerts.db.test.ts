import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Alert } from "@/lib/alerts/model/alert";
import type { SummaryFacts } from "@/lib/alerts/model/summary-input";
import { sentenceOf } from "@/lib/alerts/text/summary";
import { verbatim } from "@/lib/base/messages/reason";
import { MINUTE } from "@/lib/base/time/duration";
import {
  alertsOfClient,
  alertsOverlapping,
  findAlert,
  listAlerts,
  loadOpenAlerts,
  saveAlerts,
} from "@/lib/storage/alerts/alerts";
import type { Database } from "@/lib/storage/database";
import { readCursor } from "@/lib/storage/page";
import {
  closeBlindSpan,
  listBlindSpans,
  listRestarts,
  openBlindSpan,
  saveRestart,
} from "@/lib/storage/rabbitmq/blindness";
import { getSetting, setSetting } from "@/lib/storage/settings";
import { emptyTables, testDatabase } from "@/lib/storage/storage.testing";

const T = Date.UTC(2026, 10, 21, 12);

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const alert = (id: string, more: Partial<Alert> = {}): Alert => ({
  id,
  rule: "heartbeat-late",
  severity: "critical",
  state: "firing",
  labels: { broker: "main", client: 'quoted "name"' },
  value: 92.5,
  threshold: 80,
  startedMs: T,
  firedMs: T + MINUTE,
  resolvedMs: null,
  summary: "worker is late: 92.5 s of silence",
  facts: null,
  inferred: true,
  acknowledgedBy: null,
  flapping: false,
  noData: false,
  incident: null,
  ...more,
});

test("an alert is read as it was last saved; open alerts are those that are not resolved", async () => {
  const { db } = database;
  await emptyTables(db);
  const pending = alert("p", { state: "pending", firedMs: null, startedMs: T - MINUTE, value: null });
  await saveAlerts(db, [pending, alert("f"), alert("r")]);
  const resolved = alert("r", { state: "resolved", resolvedMs: T + 5 * MINUTE, acknowledgedBy: "ann", noData: true });
  await saveAlerts(db, [resolved]);
  expect(await loadOpenAlerts(db)).toEqual([pending, alert("f")]);
  expect(await findAlert(db, "r")).toEqual(resolved);
  expect(await findAlert(db, "none")).toBeNull();
});

const FACTS: SummaryFacts = {
  condition: { kind: "rate", overMs: MINUTE },
  signal: "queue.ready",
  context: { name: "scanner", silenceSeconds: 41, reason: null },
  outcome: "open",
  lastedMs: 0,
};

test("the facts of a summary are read with the alert, as they were last saved", async () => {
  const { db } = database;
  await emptyTables(db);
  await saveAlerts(db, [alert("a", { facts: FACTS }), alert("old")]);
  expect((await findAlert(db, "a"))?.facts).toEqual(FACTS);
  expect((await findAlert(db, "old"))?.facts).toBeNull();
  const cleared: SummaryFacts = { context: { sessionsOpen: 0 }, outcome: "cleared", lastedMs: 65_000 };
  await saveAlerts(db, [alert("a", { state: "resolved", facts: cleared })]);
  const saved = await findAlert(db, "a");
  expect(saved?.facts).toEqual(cleared);
  expect(saved === null ? null : sentenceOf(saved, "zh-CN")).toBe('quoted "name"：静默的会话已断开，历时 65 秒');
});

test("facts of an alert stay under 12 kB whatever the names of clients, and invalid facts are read as null", async () => {
  const { db } = database;
  await emptyTables(db);
  const long = (texts: number): SummaryFacts => ({
    ...FACTS,
    context: Object.fromEntries(
      Array.from({ length: texts }, (_, at) => [`name${at}`, "漢\0字字字字字字字字".repeat(50_000)]),
    ),
  });
  await saveAlerts(db, [alert("few", { facts: long(4) }), alert("some", { facts: long(12) })]);
  await saveAlerts(db, [alert("many", { facts: long(500) })]);
  const { rows } = await database.pool.query("SELECT id, length(facts::text) AS n FROM lastbeat.alerts ORDER BY id");
  for (const { n } of rows) expect(n ?? 0).toBeLessThan(12_000);
  const firstText = async (id: string) => Object.values((await findAlert(db, id))?.facts?.context ?? {})[0];
  expect([String(await firstText("few")).length, String(await firstText("some")).length]).toEqual([500, 120]);
  expect((await findAlert(db, "many"))?.facts).toBeNull();
  await database.pool.query(`UPDATE lastbeat.alerts SET facts = '{"context": {"name": []}, "outcome": "won"}'`);
  expect((await findAlert(db, "few"))?.facts).toBeNull();
});

test("alerts are listed by state, the latest first, page by page", async () => {
  const { db } = database;
  await emptyTables(db);
  await saveAlerts(
    db,
    [0, 1, 2, 3].map((n) => alert(`a${n}`, { startedMs: T + n * MINUTE, state: n === 1 ? "pending" : "firing" })),
  );
  const first = await listAlerts(db, { states: ["firing"], limit: 2, before: null });
  expect(first.items.map(({ id }) => id)).toEqual(["a3", "a2"]);
  const second = await listAlerts(db, { states: ["firing"], limit: 2, before: readCursor(first.next ?? "") });
  expect([second.items.map(({ id }) => id), second.next]).toEqual([["a0"], null]);
  expect((await listAlerts(db, { limit: 0, before: null })).items).toHaveLength(1);
});

test.each([
  ["before it began", -10, -1, []],
  ["up to its beginning", -10, 0, []],
  ["over its beginning", -10, 1, ["ended"]],
  ["after it ended", 6, 9, []],
  ["while another is open", 10, 12, ["open"]],
  ["over both", 0, 20, ["ended", "open"]],
])("alerts that overlap a range: %s", async (_, from, to, ids) => {
  const { db } = database;
  await emptyTables(db);
  await saveAlerts(db, [
    alert("ended", { resolvedMs: T + 5 * MINUTE, state: "resolved" }),
    alert("open", { startedMs: T + 10 * MINUTE }),
    alert("of another rule", { rule: "client-lost" }),
  ]);
  const found = await alertsOverlapping(db, ["heartbeat-late"], T + from * MINUTE, T + to * MINUTE);
  expect(found.map(({ id }) => id)).toEqual(ids);
});

test("alerts of a client are those that fired and were open in the range", async () => {
  const { db } = database;
  await emptyTables(db);
  const labels = { broker: "main", client: "worker", clientId: "w" };
  await saveAlerts(db, [
    alert("mine", { labels }),
    alert("over", { labels, startedMs: T - MINUTE, resolvedMs: T + 2 * MINUTE, state: "resolved" }),
    alert("earlier", { labels, startedMs: T - 9 * MINUTE, resolvedMs: T, state: "resolved" }),
    alert("pending", { labels, firedMs: null, state: "pending" }),
    alert("namesake", { labels: { ...labels, clientId: "other" } }),
  ]);
  const within = { fromMs: T + MINUTE, toMs: T + 3 * MINUTE };
  expect((await alertsOfClient(db, "w", within)).map(({ id }) => id)).toEqual(["over", "mine"]);
});

test("a blind span lasts from the first failure to the first answer, whatever the reasons in between", async () => {
  const { db } = database;
  await emptyTables(db);
  await openBlindSpan(db, { broker: "main", fromMs: T, reason: verbatim("connection refused") });
  await openBlindSpan(db, { broker: "main", fromMs: T + MINUTE, reason: verbatim("401 Unauthorized") });
  await openBlindSpan(db, { broker: "other", fromMs: T, reason: verbatim("timeout") });
  await closeBlindSpan(db, "main", T + 2 * MINUTE);
  await closeBlindSpan(db, "main", T + 9 * MINUTE);
  const within = { broker: "main", fromMs: T + MINUTE, toMs: T + 3 * MINUTE };
  const span = { broker: "main", fromMs: T, toMs: T + 2 * MINUTE, reason: verbatim("401 Unauthorized") };
  expect(await listBlindSpans(db, within)).toEqual([span]);
  expect(await listBlindSpans(db, { ...within, fromMs: T + 2 * MINUTE })).toEqual([]);
  expect((await listBlindSpans(db, { ...within, broker: null })).map((span) => [span.broker, span.toMs])).toEqual([
    ["main", T + 2 * MINUTE],
    ["other", null],
  ]);
  await openBlindSpan(db, { broker: "main", fromMs: T, reason: verbatim("again") });
  expect(await listBlindSpans(db, within)).toEqual([{ ...span, toMs: null, reason: verbatim("again") }]);
});

test("a restart that is saved twice is one", async () => {
  const { db } = database;
  await emptyTables(db);
  const restart = { broker: "main", node: "rabbit@one", atMs: T };
  await saveRestart(db, restart);
  await saveRestart(db, restart);
  expect(await listRestarts(db, { broker: null, fromMs: T, toMs: T + 1 })).toEqual([restart]);
  expect(await listRestarts(db, { broker: "main", fromMs: T + 1, toMs: T + 2 })).toEqual([]);
});

test("a setting is parsed by its schema; a value that does not match is as if never set", async () => {
  const { db } = database;
  const Shape = z.object({ days: z.number() });
  expect(await getSetting(db, "retention", Shape)).toBeNull();
  await setSetting(db, "retention", { days: 3 });
  await setSetting(db, "retention", { days: 4 });
  expect(await getSetting(db, "retention", Shape)).toEqual({ days: 4 });
  await setSetting(db, "retention", "four");
  expect(await getSetting(db, "retention", Shape)).toBeNull();
  expect(await getSetting(db, "retention", z.string())).toBe("four");
});
