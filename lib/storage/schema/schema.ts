import type { Generated } from "kysely";
import type { AlertState } from "@/lib/alerts/model/alert";
import type { Severity } from "@/lib/alerts/model/rule";
import type { SampledKind } from "@/lib/base/signals/catalogue";
import type { Client, ClientState } from "@/lib/rabbitmq/clients/client";
import type { EndReason } from "@/lib/rabbitmq/events/end-reason";

/**
 * The tables, all in the PostgreSQL schema `lastbeat`. Instants are epoch milliseconds. Numbers that come from a
 * broker are double precision: whatever it sends can be stored, and up to 2^53 it is exact.
 */
export interface Schema {
  "lastbeat.clients": StoredClientRow;
  "lastbeat.client_aliases": { client: string; alias: string; made_by: string; at_ms: number };
  "lastbeat.sessions": SessionRow;
  "lastbeat.objects": ObjectRow;
  "lastbeat.samples": SampleRow;
  "lastbeat.sample_minutes": MinuteRow;
  "lastbeat.marks": { key: string; at_ms: number };
  "lastbeat.blind_spans": BlindSpanRow;
  "lastbeat.blocked_spans": { client: string; from_ms: number; to_ms: number | null };
  "lastbeat.consumed_queues": { broker: string; vhost: string; queue: string };
  "lastbeat.broker_restarts": { broker: string; node: string; at_ms: number };
  "lastbeat.alerts": AlertRow;
  "lastbeat.incidents": IncidentRow;
  "lastbeat.deliveries": DeliveryRow;
  "lastbeat.attempts": AttemptRow;
  "lastbeat.webhook_health": EndpointHealthRow;
  "lastbeat.settings": { key: string; value: unknown };
  "lastbeat.silence_windows": SilenceWindowRow;
  "lastbeat.acknowledgements": AcknowledgementRow;
  "lastbeat.notification_states": NotificationRow;
  "lastbeat.leases": LeaseRow;
  "lastbeat.rules": { id: string; form: unknown };
  "lastbeat.rule_changes": RuleChangeRow;
  "lastbeat.alert_holds": PendingStateRow;
  "lastbeat.memories": { scope: string; saved_ms: number; memory: string };
}

export interface RuleChangeRow {
  id: Generated<number>;
  rule: string;
  at_ms: number;
  who: string;
  what: "made" | "changed" | "deleted";
  form: unknown;
}

export interface PendingStateRow {
  alert: string;
  warning_ms: number | null;
  critical_ms: number | null;
  clear_ms: number | null;
  frozen_ms: number | null;
}

export interface StoredClientRow {
  id: string;
  broker: string;
  vhost: string;
  user_name: string;
  name: string;
  named_by: Client["namedBy"];
  folded: Client["folded"];
  product: string | null;
  product_version: string | null;
  platform: string | null;
  peer_host: string | null;
  state: ClientState;
  state_since_ms: number;
  consuming: readonly string[];
  last_end_ms: number | null;
  last_end_reason: EndReason | null;
  last_end_inferred: boolean | null;
  /** A `Reason`, as in every row that has one; null where nothing is known. */
  last_end_detail: unknown;
  last_end_was_late: boolean | null;
  overdue_ms: number | null;
  unreplaced: number;
  first_seen_ms: number;
  last_seen_ms: number;
  /** `Lifetimes`; null: written by an older version. */
  lifetimes: unknown;
  /** `Replicas`; null: written by an older version. */
  replicas: unknown;
}

export interface SessionRow {
  id: string;
  broker: string;
  client: string | null;
  connection: string;
  node: string | null;
  pid: string | null;
  opened_ms: number;
  closed_ms: number | null;
  end_reason: EndReason | null;
  end_inferred: boolean | null;
  end_detail: unknown;
  reconnect: boolean;
  likely: boolean;
  timeout_seconds: number | null;
  recv_oct: number | null;
  recv_grew_ms: number;
  send_oct: number | null;
  send_grew_ms: number;
  blocked: boolean;
  late_since_ms: number | null;
}

export type StoredKind = SampledKind | "client";

interface ObjectRow {
  id: Generated<number>;
  /** Digest of kind and labels: labels may be longer than an index entry. */
  key: string;
  kind: StoredKind;
  labels: Readonly<Record<string, string>>;
}

interface SampleRow {
  object_id: number;
  at_ms: number;
  values: readonly (number | null)[];
}

interface MinuteRow {
  object_id: number;
  minute_ms: number;
  mins: readonly (number | null)[];
  maxs: readonly (number | null)[];
  avgs: readonly (number | null)[];
  counts: readonly number[];
}

export interface BlindSpanRow {
  broker: string;
  from_ms: number;
  to_ms: number | null;
  /** A `Reason`. */
  reason: unknown;
}

export interface AlertRow {
  id: string;
  rule: string;
  severity: Severity;
  state: AlertState;
  labels: Readonly<Record<string, string>>;
  value: number | null;
  threshold: number;
  started_ms: number;
  fired_ms: number | null;
  resolved_ms: number | null;
  summary: string;
  /** The facts of the summary; null: written by an older version, or too long. */
  facts: unknown;
  inferred: boolean;
  acknowledged_by: string | null;
  flapping: boolean;
  no_data: boolean;
  incident: string | null;
}

export interface IncidentRow {
  id: string;
  /** The id of the alert that caused the others. */
  root: string;
  severity: Severity;
  started_ms: number;
  resolved_ms: number | null;
  last_notified: unknown;
}

export type DeliveryState = "queued" | "delivered" | "failed" | "dead";

export interface DeliveryRow {
  id: string;
  webhook: string;
  alert_id: string | null;
  event: string;
  body: string;
  summary: string;
  state: DeliveryState;
  created_ms: number;
  next_attempt_ms: number | null;
  seq: Generated<number>;
  tries: Generated<number>;
  /** When it was put back in the queue; null while it is on its first way. */
  since_ms: number | null;
}

export interface EndpointHealthRow {
  webhook: string;
  failures: number;
  failing_since_ms: number | null;
  rest_until_ms: number;
}

interface AttemptRow {
  id: Generated<number>;
  delivery_id: string;
  at_ms: number;
  status: number | null;
  duration_ms: number;
  /** A `Reason`; null where nothing went wrong. */
  reason: unknown;
  /** The `webhook-id` of the batch it went with; null where it went alone. */
  message: string | null;
}

export interface SilenceWindowRow {
  id: string;
  matchers: unknown;
  comment: string;
  made_by: string;
  created_ms: number;
  from_ms: number;
  until_ms: number | null;
  recurring: unknown;
}

export interface AcknowledgementRow {
  alert_id: string;
  made_by: string;
  at_ms: number;
  until_ms: number;
  comment: string;
  severity: Severity;
}

export interface NotificationRow {
  key: string;
  alert_id: string;
  flips_ms: unknown;
  flapping_since_ms: number | null;
  mute: unknown;
  last_notified: unknown;
}

interface LeaseRow {
  name: string;
  /** null: released. */
  holder: string | null;
  fence: number;
  expires_at: Date;
}
