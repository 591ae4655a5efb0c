import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseMatchers } from "@/lib/alerts/matchers/parse-matchers";
import type { Alert } from "@/lib/alerts/model/alert";
import type { NotificationState } from "@/lib/notifications/decide/notification";
import { type SilenceWindow, windowSpans } from "@/lib/notifications/decide/silence-window";
import { deleteAcknowledgement, loadAcknowledgements, saveAcknowledgement } from "@/lib/storage/acknowledgements";
import { saveAlerts } from "@/lib/storage/alerts/alerts";
import type { Database } from "@/lib/storage/database";
import {
  deleteNotificationStates,
  loadNotificationStates,
  saveNotificationStates,
} from "@/lib/storage/notification-states";
import { loadWindows, saveWindow } from "@/lib/storage/silence-windows";
import { emptyTables, testDatabase } from "@/lib/storage/storage.testing";

const T = Date.UTC(2026, 10, 21, 12);

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const anAlert = (id: string): Alert => ({
  id,
  rule: "deep",
  severity: "warning",
  state: "firing",
  labels: { queue: "mail" },
  value: 1,
  threshold: 1,
  startedMs: T,
  firedMs: T,
  resolvedMs: null,
  summary: "s",
  facts: null,
  inferred: false,
  acknowledgedBy: null,
  flapping: false,
  noData: false,
  incident: null,
});

test("a state is loaded with its alert as last saved, and left out when its alert was deleted", async () => {
  const { db } = database;
  await emptyTables(db);
  const alert = anAlert("deep-x-1");
  const lastNotified = {
    ops: { as: "firing", alertId: "deep-x-1", startedMs: T, severity: "warning", atMs: T },
  } as const;
  const state: NotificationState = {
    key: "deep-x",
    alert,
    flipsMs: [T],
    flappingSinceMs: null,
    mute: null,
    lastNotified,
  };
  const mute = { by: "alert", id: "cause", text: 'it "fell"' } as const;
  const other: NotificationState = {
    ...state,
    key: "deep-y",
    alert: anAlert("deep-y-1"),
    flappingSinceMs: T + 1,
    mute,
    lastNotified: {},
  };
  await saveNotificationStates(db, [state, other]);
  expect(await loadNotificationStates(db)).toEqual([]);
  await saveAlerts(db, [alert, { ...other.alert, value: 9 }]);
  const loaded = await loadNotificationStates(db);
  expect(loaded.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual([
    state,
    { ...other, alert: { ...other.alert, value: 9 } },
  ]);
  await deleteNotificationStates(db, ["deep-x", "none"]);
  expect((await loadNotificationStates(db)).map(({ key }) => key)).toEqual(["deep-y"]);
});

test("a window is loaded as last saved, with its matchers as they were written", async () => {
  const { db } = database;
  await emptyTables(db);
  const { matchers } = parseMatchers(['queue=~"a|b \\"c\\""', "rule!=deep"]);
  const window: SilenceWindow = {
    id: "w",
    matchers,
    comment: "c",
    by: "ann",
    origin: "page",
    createdMs: T,
    fromMs: T,
    untilMs: T + 1,
    recurring: null,
  };
  const recurring = { cron: "30 2 * * *", zone: "Europe/Berlin", durationMs: 60_000 };
  await saveWindow(db, window);
  await saveWindow(db, { ...window, id: "v", untilMs: null, recurring });
  await saveWindow(db, { ...window, comment: "d" });
  expect(await loadWindows(db)).toEqual([
    { ...window, id: "v", untilMs: null, recurring },
    { ...window, comment: "d" },
  ]);
});

test("a stored window with a matcher that cannot be read is off, and silences nothing", async () => {
  const { db } = database;
  await emptyTables(db);
  const window = { id: "w", matchers: [], comment: "", by: "ann", origin: "page", createdMs: T, fromMs: T } as const;
  await saveWindow(db, { ...window, untilMs: T + 9, recurring: null });
  await sql`UPDATE lastbeat.silence_windows SET matchers = ${JSON.stringify(["broker=main", "queue=~(?=a)a"])}::jsonb`.execute(
    db,
  );
  const [loaded, ...others] = await loadWindows(db);
  if (loaded === undefined) throw new Error("the window was not loaded");
  expect(others).toEqual([]);
  expect(loaded.off?.because).toContain("queue=~(?=a)a: a pattern may not look around");
  expect(windowSpans(loaded, T + 1)).toEqual([]);
  await saveWindow(db, loaded);
  expect(await loadWindows(db)).toEqual([loaded]);
});

test("an acknowledgement is deleted unless a later one has replaced it", async () => {
  const { db } = database;
  await emptyTables(db);
  const first = { alertId: "a", by: "ann", atMs: T, untilMs: T + 9, comment: "", severity: "warning" } as const;
  await saveAcknowledgement(db, first);
  await saveAcknowledgement(db, { ...first, by: "bob", atMs: T + 5 });
  await deleteAcknowledgement(db, first);
  expect((await loadAcknowledgements(db)).map(({ by }) => by)).toEqual(["bob"]);
  await deleteAcknowledgement(db, { ...first, atMs: T + 5 });
  expect(await loadAcknowledgements(db)).toEqual([]);
});
