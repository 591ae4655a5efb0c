import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Reason, reason, verbatim } from "@/lib/base/messages/reason";
import { renderReason } from "@/lib/base/messages/render-reason";
import type { Database } from "@/lib/storage/database";
import { findDelivery } from "@/lib/storage/deliveries";
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
