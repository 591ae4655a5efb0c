import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Reason, reason, verbatim } from "@/lib/base/messages/reason";
import { renderReason } from "@/lib/base/messages/render-reason";
import type { Database } from "@/lib/storage/database";
import { findDelivery } from "@/lib/storage/deliveries";
import { listBlindSpans } from "@/lib/storage/rabbitmq/blindness";
import { findClient, listSessions } from "@/lib/storage/rabbitmq/sessions";
import { migrate } from "@/lib/storage/schema/migrate";
import { emptyDatabase } from "@/lib/storage/storage.testing";

let database: Database;
beforeEach(async () => {
  database = await emptyDatabase();
});
afterEach(() => database.close());

const ATTEMPTS: readonly (readonly [string | null, Reason | null])[] = [
  [null, null],
  ["answered 503", reason("sendStatus", { status: 503 })],
  ["answered 302: redirects are not followed", reason("sendRedirected", { status: 302 })],
  ["answered error 11232", reason("sendErrorCode", { code: 11_232 })],
  ["answered 200 without ok", reason("sendWithoutOk", { status: 200 })],
  ["answered 200 without saying that it took the message", reason("sendUnconfirmed", {})],
  ["answered 200, and 429 behind it", reason("sendBackendStatus", { status: 200, backendStatus: "429" })],
  ["answered 200 instead of 202", reason("sendUnexpectedStatus", { status: 200 })],
  ["no answer within 15 s", reason("sendTimedOut", { seconds: 15 })],
  ["no answer within 0.2 s", reason("sendTimedOut", { seconds: 0.2 })],
  ["could not be sent (CERT_HAS_EXPIRED)", reason("sendFailed", { code: "CERT_HAS_EXPIRED" })],
  ["the mail server refused the login 535", reason("mailLoginRefused", { status: 535 })],
  ["1 of 2 recipients were refused", reason("mailRecipientsRefused", { count: 1, total: 2 })],
  [
    "answered 400 invalid_payload",
    reason("sendWithWord", { reason: reason("sendStatus", { status: 400 }), word: "invalid_payload" }),
  ],
  [
    "the webhook is switched off: it answered 410",
    reason("webhookDisabled", { reason: reason("sendStatus", { status: 410 }) }),
  ],
  ["it's another's \\ \"words\"", verbatim("it's another's \\ \"words\"")],
  ["answered 503 twice over", verbatim("answered 503 twice over")],
];

test("0010 converts attempts and switched-off webhooks, and each reads in English as before", async () => {
  const { db } = database;
  await migrate(db, "0009_names");
  await sql`INSERT INTO lastbeat.deliveries (id, webhook, event, body, summary, state, created_ms)
    VALUES ('d', 'ops', 'alert.firing', '{}', '', 'dead', 1)`.execute(db);
  for (const [error] of ATTEMPTS) {
    await sql`INSERT INTO lastbeat.attempts (delivery_id, at_ms, duration_ms, error) VALUES ('d', 1, 1, ${error})`.execute(
      db,
    );
  }
  await sql`INSERT INTO lastbeat.settings (key, value) VALUES
    ('webhook.off.ops', '{"atMs":7,"because":"answered 410","settings":"x"}'), ('webhook.off.chat', 'null'),
    ('other', '{"because":"answered 410"}')`.execute(db);

  await migrate(db, "0010_delivery_reasons");

  const found = await findDelivery(db, "d");
  expect(found?.attempts.map((attempt) => attempt.reason)).toEqual(ATTEMPTS.map(([, converted]) => converted));
  for (const [error, converted] of ATTEMPTS) if (converted !== null) expect(renderReason(converted)).toBe(error);
  const { rows } = await sql<{ value: unknown }>`SELECT value FROM lastbeat.settings ORDER BY key`.execute(db);
  expect(rows.map(({ value }) => value)).toEqual([
    { because: "answered 410" },
    null,
    { atMs: 7, reason: { code: "sendStatus", params: { status: 410 } }, settings: "x" },
  ]);
});

const BLIND: readonly (readonly [string, Reason])[] = [
  [
    "the management API could not be reached (ECONNREFUSED)",
    reason("managementApiNotReachable", { code: "ECONNREFUSED" }),
  ],
  ["/api/nodes gave no answer within 15 s", reason("noAnswerWithin", { where: "/api/nodes", seconds: 15 })],
  [
    "/api/overview answered more than 67108864 bytes",
    reason("answerTooLarge", { where: "/api/overview", bytes: 67_108_864 }),
  ],
  [
    "/api/overview answered something that is not JSON, or was cut off",
    reason("answerNotJson", { where: "/api/overview" }),
  ],
  ["/api/connections: expected a list", reason("listExpected", { where: "/api/connections" })],
  ["/api/overview: expected an object", reason("objectExpected", { where: "/api/overview" })],
  ["503 from /api/overview", reason("httpStatus", { status: 503, where: "/api/overview" })],
  [
    "401 from /api/overview: Login failed: x",
    reason("httpStatusWithText", { status: 401, where: "/api/overview", text: "Login failed: x" }),
  ],
  ["400 from somewhere", verbatim("400 from somewhere")],
  ["", verbatim("")],
];

test("0011 converts why brokers could not be seen, and what is known of sessions' ends", async () => {
  const { db } = database;
  await migrate(db, "0010_delivery_reasons");
  for (const [at, [because]] of BLIND.entries()) {
    await sql`INSERT INTO lastbeat.blind_spans VALUES ('main', ${at}, ${at + 1}, ${because})`.execute(db);
  }
  for (const [id, detail] of ENDS) {
    await sql`INSERT INTO lastbeat.sessions
      (id, broker, client, connection, opened_ms, closed_ms, end_reason, end_inferred, end_detail, reconnect,
        recv_grew_ms, send_grew_ms, blocked)
      VALUES (${id}, 'main', 'c', 'x', 1, 2, 'node-down', true, ${detail}, false, 1, 1, false)`.execute(db);
    await sql`INSERT INTO lastbeat.clients
      (id, broker, vhost, user_name, name, named_by, state, state_since_ms, consuming, last_end_ms, last_end_reason,
        last_end_inferred, last_end_detail, unreplaced, first_seen_ms, last_seen_ms)
      VALUES (${id}, 'main', '/', 'u', 'n', 'identity', 'absent', 1, '[]', 2, 'node-down', true, ${detail}, 0, 1, 1)`.execute(
      db,
    );
  }

  await migrate(db);

  const spans = await listBlindSpans(db, { broker: "main", fromMs: 0, toMs: 99 });
  expect(spans.map((span) => span.reason)).toEqual(BLIND.map(([, converted]) => converted));
  for (const [because, converted] of BLIND) expect(renderReason(converted)).toBe(because);
  const { items } = await listSessions(db, "c", { limit: 9, before: null });
  const expected = ENDS.map(([id, , converted]) => [id, converted]);
  expect(items.map(({ id, end }) => [id, end?.detail]).toReversed()).toEqual(expected);
  const clients = await Promise.all(ENDS.map(([id]) => findClient(db, id)));
  expect(clients.map((client) => [client?.id, client?.lastEnd?.detail])).toEqual(expected);
});

const ENDS: readonly (readonly [string, string | null, Reason | null])[] = [
  ["a", null, null],
  ["b", "no stop was announced", reason("stopNotAnnounced", {})],
  ["c", "missed heartbeats from client, timeout: 60s", verbatim("missed heartbeats from client, timeout: 60s")],
];
