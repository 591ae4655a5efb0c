import { createHash } from "node:crypto";
import { DAY } from "@/lib/base/time/duration";

/** Noon of the day whose rows the former versions wrote. */
export const T = Date.UTC(2026, 10, 21, 12);
const DAY_START = Math.floor(T / DAY) * DAY;

const key = (kind: string, labels: readonly (readonly [string, string])[]): string =>
  createHash("sha256")
    .update(JSON.stringify([kind, labels]))
    .digest("base64url");
const BROKER_KEY = key("broker", [["broker", "main"]]);
const QUEUE_KEY = key("queue", [
  ["broker", "main"],
  ["queue", "mail"],
  ["vhost", "/"],
]);

/**
 * Rows for every table, by the migration that made the table or the column. They are written in SQL: the statements of
 * today's version would write columns that an old table does not have.
 */
export const FORMER_ROWS: Readonly<Record<string, readonly string[]>> = {
  "0001_first_light": [
    `INSERT INTO lastbeat.clients (id, broker, vhost, user_name, name, named_by, product, product_version, platform,
        peer_host, state, state_since_ms, consuming, last_end_ms, last_end_reason, last_end_inferred, last_end_detail,
        unreplaced, first_seen_ms, last_seen_ms)
      VALUES ('c1', 'main', '/', 'app', 'mailer', 'connection-name', 'pika', '1.3', 'Python', '10.0.0.1', 'connected',
        ${T}, '["mail"]', ${T - 9_000}, 'heartbeat', false, NULL, 0, ${T - DAY}, ${T})`,
    `INSERT INTO lastbeat.sessions (id, broker, client, connection, node, opened_ms, closed_ms, end_reason, end_inferred,
        end_detail, reconnect, timeout_seconds, recv_oct, recv_grew_ms, send_oct, send_grew_ms, blocked, late_since_ms)
      VALUES
        ('s1', 'main', 'c1', '10.0.0.1:1 -> 10.0.0.2:5672', 'rabbit@a', ${T - 60_000}, ${T - 9_000}, 'heartbeat', false,
          'missed heartbeats from client, timeout: 60s', false, 60, 100, ${T - 80_000}, 200, ${T - 70_000}, false, NULL),
        ('s2', 'main', 'c1', '10.0.0.1:2 -> 10.0.0.2:5672', 'rabbit@a', ${T - 5_000}, NULL, NULL, NULL, NULL, true, 60,
          1e15, ${T}, 2e15, ${T}, true, ${T})`,
    `INSERT INTO lastbeat.objects (id, key, kind, labels) OVERRIDING SYSTEM VALUE VALUES
      (1, '${BROKER_KEY}', 'broker', '{"broker":"main"}'),
      (2, '${QUEUE_KEY}', 'queue', '{"broker":"main","vhost":"/","queue":"mail"}')`,
    "ALTER SEQUENCE lastbeat.objects_id_seq RESTART WITH 3",
    `CREATE TABLE lastbeat.samples_20261121 PARTITION OF lastbeat.samples
      FOR VALUES FROM (${DAY_START}) TO (${DAY_START + DAY})`,
    `CREATE TABLE lastbeat.sample_minutes_20261121 PARTITION OF lastbeat.sample_minutes
      FOR VALUES FROM (${DAY_START}) TO (${DAY_START + DAY})`,
    `INSERT INTO lastbeat.samples VALUES (1, ${T}, '{1,5,NULL}'), (2, ${T}, '{42,0,1,NULL,NULL}')`,
    `INSERT INTO lastbeat.sample_minutes VALUES (2, ${T - 60_000}, '{7,0,1}', '{9,0,1}', '{8,0,1}', '{12,12,12}')`,
    `INSERT INTO lastbeat.marks VALUES ('rolled-up', ${T})`,
    `INSERT INTO lastbeat.blind_spans VALUES ('main', ${T - 30_000}, ${T - 20_000}, '/api/nodes gave no answer within 2.5 s')`,
    `INSERT INTO lastbeat.broker_restarts VALUES ('main', 'rabbit@a', ${T - 40_000})`,
    `INSERT INTO lastbeat.alerts (id, rule, severity, state, labels, value, threshold, started_ms, fired_ms, resolved_ms,
        summary, inferred, acknowledged_by, flapping, no_data)
      VALUES
        ('deep-x-1', 'deep', 'critical', 'firing', '{"broker":"main","queue":"mail"}', 42, 40, ${T}, ${T}, NULL,
          'mail has 42 messages', false, 'eve', false, false),
        ('deep-y-1', 'deep', 'warning', 'resolved', '{"broker":"main","queue":"other"}', 1, 40, ${T - 9_000}, ${T - 8_000},
          ${T - 7_000}, 'other has 41 messages', true, NULL, true, false)`,
    `INSERT INTO lastbeat.deliveries (id, webhook, alert_id, event, body, summary, state, created_ms, next_attempt_ms)
      VALUES
        ('msg_1', 'ops', 'deep-x-1', 'alert.firing', '{"a":1}', 'mail has 42 messages', 'delivered', ${T}, NULL),
        ('msg_2', 'ops', 'deep-y-1', 'alert.resolved', '{"a":2}', 'other is over', 'failed', ${T + 1}, ${T + 60_000})`,
    `INSERT INTO lastbeat.attempts (id, delivery_id, at_ms, status, duration_ms, error) OVERRIDING SYSTEM VALUE VALUES
      (1, 'msg_1', ${T}, 204, 12.5, NULL), (2, 'msg_2', ${T + 2}, 503, 30, 'answered 503')`,
    `INSERT INTO lastbeat.settings VALUES ('password', '{"hash":"x"}')`,
  ],
  "0002_blocked_spans": [`INSERT INTO lastbeat.blocked_spans VALUES ('c1', ${T - 50_000}, NULL)`],
  "0003_session_pids": ["UPDATE lastbeat.sessions SET pid = '<0.1.0>' WHERE id = 's2'"],
  "0004_rules": [
    `INSERT INTO lastbeat.rules VALUES ('deep', '{"id":"deep","signal":"queue.ready","warning":20,"critical":40}')`,
    `INSERT INTO lastbeat.rule_changes (id, rule, at_ms, who, what, form) OVERRIDING SYSTEM VALUE
      VALUES (1, 'deep', ${T}, 'eve', 'made', '{"id":"deep","signal":"queue.ready","warning":20,"critical":40}')`,
    `INSERT INTO lastbeat.alert_holds VALUES ('deep-x-1', ${T}, ${T + 1}, NULL, ${T + 2})`,
  ],
  "0005_notices": [
    `INSERT INTO lastbeat.silence_windows
      VALUES ('w1', '["queue=mail"]', 'moving', 'eve', ${T}, ${T}, ${T + DAY}, NULL)`,
    `INSERT INTO lastbeat.acknowledgements VALUES ('deep-x-1', 'eve', ${T}, ${T + DAY}, 'looking', 'critical')`,
    `INSERT INTO lastbeat.notices VALUES ('deep-x', 'deep-x-1', '[${T}]', ${T}, NULL,
      '{"ops":{"as":"firing","alertId":"deep-x-1","startedMs":${T},"severity":"critical","atMs":${T}}}')`,
  ],
  "0006_deliveries": [
    `UPDATE lastbeat.deliveries SET tries = 1, since_ms = ${T} WHERE id = 'msg_2'`,
    "UPDATE lastbeat.attempts SET message = 'msg_0' WHERE id = 2",
    `INSERT INTO lastbeat.webhook_lanes VALUES ('ops', 3, ${T}, ${T + 60_000})`,
  ],
  "0007_alert_facts": [`UPDATE lastbeat.alerts SET facts = '{"value":42}' WHERE id = 'deep-x-1'`],
};
