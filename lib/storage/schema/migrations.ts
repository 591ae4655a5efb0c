import {
  CONVERSION,
  createConversion,
  DROP_CONVERSION,
  endDetail,
  FORMER_BROKER_REASONS,
  FORMER_DELIVERY_REASONS,
} from "@/lib/storage/schema/reason-conversion";

/**
 * The migrations of the schema, in order and forward only. A released one is never edited; a later one corrects it. They
 * use only features of PostgreSQL 15, although the embedded engine is newer.
 */
export const MIGRATIONS: Readonly<Record<string, readonly string[]>> = {
  "0001_first_light": [
    // Most polls update rows of clients, sessions and alerts: with free space in the page an update stays on it.
    `CREATE TABLE lastbeat.clients (
      id text PRIMARY KEY,
      broker text NOT NULL,
      vhost text NOT NULL,
      user_name text NOT NULL,
      name text NOT NULL,
      named_by text NOT NULL CHECK (named_by IN ('connection-name', 'identity')),
      product text,
      product_version text,
      platform text,
      peer_host text,
      state text NOT NULL CHECK (state IN ('connected', 'late', 'blocked', 'absent', 'lost', 'departed')),
      state_since_ms bigint NOT NULL,
      consuming jsonb NOT NULL,
      last_end_ms bigint,
      last_end_reason text,
      last_end_inferred boolean,
      last_end_detail text,
      unreplaced integer NOT NULL,
      first_seen_ms bigint NOT NULL,
      last_seen_ms bigint NOT NULL
    ) WITH (fillfactor = 70)`,
    "CREATE INDEX clients_broker ON lastbeat.clients (broker)",
    `CREATE TABLE lastbeat.sessions (
      id text PRIMARY KEY,
      broker text NOT NULL,
      client text,
      connection text NOT NULL,
      node text,
      opened_ms bigint NOT NULL,
      closed_ms bigint,
      end_reason text,
      end_inferred boolean,
      end_detail text,
      reconnect boolean NOT NULL,
      timeout_seconds double precision,
      recv_oct double precision,
      recv_grew_ms bigint NOT NULL,
      send_oct double precision,
      send_grew_ms bigint NOT NULL,
      blocked boolean NOT NULL,
      late_since_ms bigint
    ) WITH (fillfactor = 70)`,
    "CREATE INDEX sessions_open ON lastbeat.sessions (broker) WHERE closed_ms IS NULL",
    "CREATE INDEX sessions_client ON lastbeat.sessions (client, opened_ms DESC, id DESC)",
    "CREATE INDEX sessions_reconnects ON lastbeat.sessions (broker, opened_ms) WHERE reconnect",
    "CREATE INDEX sessions_ends ON lastbeat.sessions (broker, end_reason, closed_ms) WHERE closed_ms IS NOT NULL",
    "CREATE INDEX sessions_closed ON lastbeat.sessions (closed_ms) WHERE closed_ms IS NOT NULL",
    `CREATE TABLE lastbeat.objects (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      key text NOT NULL UNIQUE,
      kind text NOT NULL,
      labels jsonb NOT NULL
    )`,
    "CREATE INDEX objects_kind ON lastbeat.objects (kind)",
    // Partitioned by day, so that history is dropped: deleted rows would free no space before a vacuum.
    `CREATE TABLE lastbeat.samples (
      object_id integer NOT NULL,
      at_ms bigint NOT NULL,
      values double precision[] NOT NULL,
      PRIMARY KEY (object_id, at_ms)
    ) PARTITION BY RANGE (at_ms)`,
    "CREATE INDEX samples_at ON lastbeat.samples (at_ms)",
    `CREATE TABLE lastbeat.sample_minutes (
      object_id integer NOT NULL,
      minute_ms bigint NOT NULL,
      mins double precision[] NOT NULL,
      maxs double precision[] NOT NULL,
      avgs double precision[] NOT NULL,
      counts integer[] NOT NULL,
      PRIMARY KEY (object_id, minute_ms)
    ) PARTITION BY RANGE (minute_ms)`,
    "CREATE TABLE lastbeat.marks (key text PRIMARY KEY, at_ms bigint NOT NULL)",
    `CREATE TABLE lastbeat.blind_spans (
      broker text NOT NULL,
      from_ms bigint NOT NULL,
      to_ms bigint,
      because text NOT NULL,
      PRIMARY KEY (broker, from_ms)
    )`,
    "CREATE UNIQUE INDEX blind_spans_open ON lastbeat.blind_spans (broker) WHERE to_ms IS NULL",
    `CREATE TABLE lastbeat.broker_restarts (
      broker text NOT NULL,
      node text NOT NULL,
      at_ms bigint NOT NULL,
      PRIMARY KEY (broker, node, at_ms)
    )`,
    `CREATE TABLE lastbeat.alerts (
      id text PRIMARY KEY,
      rule text NOT NULL,
      severity text NOT NULL CHECK (severity IN ('warning', 'critical')),
      state text NOT NULL CHECK (state IN ('pending', 'firing', 'resolved')),
      labels jsonb NOT NULL,
      value double precision,
      threshold double precision NOT NULL,
      started_ms bigint NOT NULL,
      fired_ms bigint,
      resolved_ms bigint,
      summary text NOT NULL,
      inferred boolean NOT NULL,
      acknowledged_by text,
      flapping boolean NOT NULL,
      no_data boolean NOT NULL
    ) WITH (fillfactor = 70)`,
    "CREATE INDEX alerts_open ON lastbeat.alerts (state) WHERE state <> 'resolved'",
    "CREATE INDEX alerts_started ON lastbeat.alerts (started_ms DESC, id DESC)",
    "CREATE INDEX alerts_resolved ON lastbeat.alerts (resolved_ms) WHERE resolved_ms IS NOT NULL",
    `CREATE TABLE lastbeat.deliveries (
      id text PRIMARY KEY,
      webhook text NOT NULL,
      alert_id text,
      event text NOT NULL,
      body text NOT NULL,
      summary text NOT NULL,
      state text NOT NULL CHECK (state IN ('queued', 'delivered', 'failed', 'dead')),
      created_ms bigint NOT NULL,
      next_attempt_ms bigint
    )`,
    "CREATE INDEX deliveries_created ON lastbeat.deliveries (created_ms DESC, id DESC)",
    "CREATE INDEX deliveries_undelivered ON lastbeat.deliveries (created_ms, id) WHERE state IN ('queued', 'failed')",
    `CREATE TABLE lastbeat.attempts (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      delivery_id text NOT NULL REFERENCES lastbeat.deliveries (id) ON DELETE CASCADE,
      at_ms bigint NOT NULL,
      status integer,
      duration_ms double precision NOT NULL,
      error text
    )`,
    "CREATE INDEX attempts_delivery ON lastbeat.attempts (delivery_id, id DESC)",
    "CREATE TABLE lastbeat.settings (key text PRIMARY KEY, value jsonb NOT NULL)",
  ],
  "0002_blocked_spans": [
    `CREATE TABLE lastbeat.blocked_spans (
      client text NOT NULL,
      from_ms bigint NOT NULL,
      to_ms bigint,
      PRIMARY KEY (client, from_ms)
    )`,
    "CREATE UNIQUE INDEX blocked_spans_open ON lastbeat.blocked_spans (client) WHERE to_ms IS NULL",
  ],
  "0003_session_pids": ["ALTER TABLE lastbeat.sessions ADD COLUMN pid text"],
  "0004_rules": [
    "CREATE TABLE lastbeat.rules (id text PRIMARY KEY, form jsonb NOT NULL)",
    `CREATE TABLE lastbeat.rule_changes (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      rule text NOT NULL,
      at_ms bigint NOT NULL,
      who text NOT NULL,
      what text NOT NULL CHECK (what IN ('made', 'changed', 'deleted')),
      form jsonb NOT NULL
    )`,
    "CREATE INDEX rule_changes_rule ON lastbeat.rule_changes (rule, id DESC)",
    // Since when the conditions of each open alert have held: an instant, since it changes seldom.
    `CREATE TABLE lastbeat.alert_holds (
      alert text PRIMARY KEY REFERENCES lastbeat.alerts (id) ON DELETE CASCADE,
      warning_ms bigint,
      critical_ms bigint,
      clear_ms bigint,
      frozen_ms bigint
    ) WITH (fillfactor = 70)`,
  ],
  "0005_notices": [
    `CREATE TABLE lastbeat.silence_windows (
      id text PRIMARY KEY,
      matchers jsonb NOT NULL,
      comment text NOT NULL,
      made_by text NOT NULL,
      created_ms bigint NOT NULL,
      from_ms bigint NOT NULL,
      until_ms bigint,
      recurring jsonb
    )`,
    `CREATE TABLE lastbeat.acknowledgements (
      alert_id text PRIMARY KEY,
      made_by text NOT NULL,
      at_ms bigint NOT NULL,
      until_ms bigint NOT NULL,
      comment text NOT NULL,
      severity text NOT NULL CHECK (severity IN ('warning', 'critical'))
    )`,
    `CREATE TABLE lastbeat.notices (
      key text PRIMARY KEY,
      alert_id text NOT NULL,
      flips_ms jsonb NOT NULL,
      flapping_since_ms bigint,
      mute jsonb,
      told jsonb NOT NULL
    ) WITH (fillfactor = 70)`,
    // The notifications of open alerts were sent by a version without this table; its deliveries name the webhooks.
    `INSERT INTO lastbeat.notices (key, alert_id, flips_ms, told)
      SELECT regexp_replace(a.id, '-[^-]*$', ''), a.id, '[]', jsonb_object_agg(d.webhook, jsonb_build_object(
        'as', 'firing', 'alertId', a.id, 'startedMs', a.started_ms, 'severity', a.severity, 'atMs', d.at_ms))
      FROM lastbeat.alerts a
      JOIN (SELECT alert_id, webhook, max(created_ms) AS at_ms FROM lastbeat.deliveries
        WHERE event = 'alert.firing' GROUP BY alert_id, webhook) d ON d.alert_id = a.id
      WHERE a.state = 'firing' GROUP BY a.id, a.started_ms, a.severity`,
  ],
  "0006_deliveries": [
    // The order in which deliveries were decided: a clock may be set back, a sequence may not.
    "ALTER TABLE lastbeat.deliveries ADD COLUMN seq bigint GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE lastbeat.deliveries ADD COLUMN tries integer NOT NULL DEFAULT 0",
    "ALTER TABLE lastbeat.deliveries ADD COLUMN since_ms bigint",
    "ALTER TABLE lastbeat.attempts ADD COLUMN message text",
    "CREATE INDEX deliveries_waiting ON lastbeat.deliveries (webhook, seq) WHERE state IN ('queued', 'failed')",
    "CREATE INDEX deliveries_due ON lastbeat.deliveries (webhook, next_attempt_ms) WHERE state IN ('queued', 'failed')",
    "CREATE INDEX deliveries_dead ON lastbeat.deliveries (webhook) WHERE state = 'dead'",
    "CREATE INDEX deliveries_alert ON lastbeat.deliveries (webhook, alert_id, seq)",
    "CREATE INDEX attempts_at ON lastbeat.attempts (at_ms)",
    `CREATE TABLE lastbeat.webhook_lanes (
      webhook text PRIMARY KEY,
      failures integer NOT NULL,
      failing_since_ms bigint,
      rest_until_ms bigint NOT NULL
    )`,
  ],
  "0007_alert_facts": ["ALTER TABLE lastbeat.alerts ADD COLUMN facts jsonb"],
  "0008_leases": [
    `CREATE TABLE lastbeat.leases (
      name text PRIMARY KEY,
      holder text,
      fence bigint NOT NULL,
      expires_at timestamptz NOT NULL
    ) WITH (fillfactor = 70)`,
    // Deliveries are rows of our own; pg-boss held only locks on webhooks, one job each. Its schema goes where nobody else
    // has queues in it: the database may also be that of an application that uses pg-boss.
    `DO $$
    DECLARE has_others boolean;
    BEGIN
      IF to_regclass('pgboss.queue') IS NULL THEN RETURN; END IF;
      IF NOT EXISTS (SELECT FROM pgboss.queue WHERE name IN ('webhook-turns', 'webhook-lanes')) THEN RETURN; END IF;
      SELECT EXISTS (SELECT FROM pgboss.queue
        WHERE name NOT IN ('webhook-turns', 'webhook-lanes') AND NOT starts_with(name, '__pgboss__')) INTO has_others;
      IF NOT has_others THEN
        DROP SCHEMA pgboss CASCADE;
      ELSE
        DELETE FROM pgboss.job WHERE name IN ('webhook-turns', 'webhook-lanes');
        DELETE FROM pgboss.queue WHERE name IN ('webhook-turns', 'webhook-lanes');
      END IF;
    EXCEPTION WHEN insufficient_privilege OR undefined_table OR undefined_column OR foreign_key_violation THEN
      RAISE NOTICE 'what pg-boss left was not removed: %', SQLERRM;
    END $$`,
  ],
  "0009_names": [
    "ALTER TABLE lastbeat.webhook_lanes RENAME TO webhook_health",
    "ALTER INDEX lastbeat.webhook_lanes_pkey RENAME TO webhook_health_pkey",
    "ALTER TABLE lastbeat.notices RENAME TO notification_states",
    "ALTER TABLE lastbeat.notification_states RENAME COLUMN told TO last_notified",
    "ALTER INDEX lastbeat.notices_pkey RENAME TO notification_states_pkey",
  ],
  // Why an attempt failed and why a webhook is off, as a code and parameters instead of an English sentence.
  "0010_delivery_reasons": [
    createConversion(FORMER_DELIVERY_REASONS),
    // Each text once: a hundred thousand attempts fail for a handful of reasons, and a conversion takes half a millisecond.
    "ALTER TABLE lastbeat.attempts ADD COLUMN reason jsonb",
    `UPDATE lastbeat.attempts a SET reason = converted.reason
      FROM (SELECT error, ${CONVERSION}(error) AS reason
        FROM (SELECT DISTINCT error FROM lastbeat.attempts WHERE error IS NOT NULL) texts) converted
      WHERE a.error = converted.error`,
    "ALTER TABLE lastbeat.attempts DROP COLUMN error",
    `UPDATE lastbeat.settings SET value = value - 'because'
      || jsonb_build_object('reason', ${CONVERSION}(value->>'because'))
      WHERE key LIKE 'webhook.off.%' AND jsonb_typeof(value->'because') = 'string'`,
    DROP_CONVERSION,
  ],
  // The same of what happened to brokers and to sessions, whose ends quote the broker's log.
  "0011_broker_reasons": [
    createConversion(FORMER_BROKER_REASONS),
    "ALTER TABLE lastbeat.blind_spans RENAME COLUMN because TO reason",
    `ALTER TABLE lastbeat.blind_spans ALTER COLUMN reason TYPE jsonb USING ${CONVERSION}(reason)`,
    DROP_CONVERSION,
    `ALTER TABLE lastbeat.sessions ALTER COLUMN end_detail TYPE jsonb USING ${endDetail("end_detail")}`,
    `ALTER TABLE lastbeat.clients ALTER COLUMN last_end_detail TYPE jsonb USING ${endDetail("last_end_detail")}`,
  ],
  // A client that was late when its connection ended stays in trouble until it is back.
  "0012_late_ends": ["ALTER TABLE lastbeat.clients ADD COLUMN last_end_was_late boolean"],
  // Alerts of one cause. What receivers were last notified of an open alert, they now know of its incident.
  "0013_incidents": [
    `CREATE TABLE lastbeat.incidents (
      id text PRIMARY KEY,
      root text NOT NULL,
      severity text NOT NULL CHECK (severity IN ('warning', 'critical')),
      started_ms bigint NOT NULL,
      resolved_ms bigint,
      last_notified jsonb NOT NULL
    ) WITH (fillfactor = 70)`,
    "CREATE INDEX incidents_started ON lastbeat.incidents (started_ms DESC, id DESC)",
    "CREATE INDEX incidents_open ON lastbeat.incidents (id) WHERE resolved_ms IS NULL",
    "ALTER TABLE lastbeat.alerts ADD COLUMN incident text",
    "CREATE INDEX alerts_incident ON lastbeat.alerts (incident) WHERE incident IS NOT NULL",
    `INSERT INTO lastbeat.incidents (id, root, severity, started_ms, last_notified)
      SELECT a.id, a.id, a.severity, a.started_ms, COALESCE(n.last_notified, '{}')
      FROM lastbeat.alerts a LEFT JOIN lastbeat.notification_states n ON n.alert_id = a.id
      WHERE a.state = 'firing'`,
    "UPDATE lastbeat.alerts SET incident = id WHERE state = 'firing'",
  ],
  // How long a client's sessions and periods usually last; null: written by a version that did not learn it.
  "0014_sessions": ["ALTER TABLE lastbeat.clients ADD COLUMN lifetimes jsonb"],
  // How many sessions and consumers a client usually has, and what is missing of them.
  "0014_sessions_replicas": ["ALTER TABLE lastbeat.clients ADD COLUMN replicas jsonb"],
  // Which sessions are their client's by inference, which parts of a client's name change, and what people call it.
  "0015_identity": [
    "ALTER TABLE lastbeat.sessions ADD COLUMN likely boolean NOT NULL DEFAULT false",
    "ALTER TABLE lastbeat.clients ADD COLUMN folded jsonb NOT NULL DEFAULT '[]'",
    `CREATE TABLE lastbeat.client_aliases (
      client text PRIMARY KEY,
      alias text NOT NULL,
      made_by text NOT NULL,
      at_ms bigint NOT NULL
    )`,
  ],
  // A queue that had consumers is a work queue and is missed sooner when it has none.
  "0016_queues_consumed": [
    `CREATE TABLE lastbeat.consumed_queues (
      broker text NOT NULL,
      vhost text NOT NULL,
      queue text NOT NULL,
      PRIMARY KEY (broker, vhost, queue)
    )`,
  ],
  // What the judgements about a source or broker stand on, so that a restart neither ends nor begins any of them. JSON as text.
  "0017_stats_memories": [
    `CREATE TABLE lastbeat.memories (
      scope text PRIMARY KEY,
      saved_ms bigint NOT NULL,
      memory text NOT NULL
    ) WITH (fillfactor = 70)`,
  ],
  // Whoever is away much longer than the others after a restart of the broker stays so until it is back.
  "0018_phases_overdue": ["ALTER TABLE lastbeat.clients ADD COLUMN overdue_ms bigint"],
};
