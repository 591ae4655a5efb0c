import { z } from "zod";
import { BlindBroker } from "@/lib/views/brokers/blind";
import { Drain } from "@/lib/views/drain";
import { listOf } from "@/lib/views/list";

const Rate = z.number().nullable();
const Count = z.number().nullable();

const Role = z.enum(["work", "retry", "dead-letter", "delay"]);
export type Role = z.infer<typeof Role>;
/** Why a queue has its role; `named-…`: derived from its name only. */
const RoleBecause = z.enum([
  "ttl-returns-to-cycle",
  "ttl-returns-to-queue",
  "message-ttl-returns-to-cycle",
  "message-ttl-returns-to-queue",
  "expiring-returns-to-queue",
  "delays-inside",
  "dead-letter-target",
  "named-retry",
  "named-delay",
  "named-dead-letter",
  "consumed",
  "exchange-unresolved",
  "nothing-special",
]);
/** finding: its topology has a fault; waiting: it has messages and no consumer; down: its node is down. */
const HealthState = z.enum(["finding", "waiting", "down"]);

/** The filters of the list of queues; `text` is searched in names. */
export const QueueFilter = z.object({
  role: Role.optional(),
  vhost: z.string().max(255).optional(),
  text: z.string().max(255).optional(),
  state: HealthState.optional(),
  /** Also the queues of Lastbeat itself. */
  own: z.enum(["true", "false"]).optional(),
});
export type QueueFilter = z.infer<typeof QueueFilter>;
export const ROLES = Role.options;
export const QUEUE_HEALTHS = HealthState.options;

const FindingKind = z.enum([
  "loop-without-consumer",
  "dead-letter-unread",
  "head-blocked",
  "exchange-missing",
  "routes-nowhere",
]);
/** The worst problem of one queue; null if it has none. */
const Health = z
  .object({ is: HealthState, severity: z.enum(["warning", "critical"]), kind: FindingKind.nullable() })
  .nullable();
export type QueueHealthView = NonNullable<z.infer<typeof Health>>;

export const FindingView = z.object({
  id: z.string(),
  kind: FindingKind,
  severity: z.enum(["warning", "critical"]),
  /** The poll at which it was new; null if it existed at the first poll, or appeared while the broker was unreachable. */
  sinceMs: z.number().nullable(),
  broker: z.string(),
  vhost: z.string(),
  queues: z.array(z.string()),
  inferred: z.boolean(),
  evidence: z.object({
    ready: Count,
    ttlMs: Count,
    oldestMessageSeconds: Count,
    standsSeconds: Count,
    exchange: z.string().nullable(),
    routingKey: z.string().nullable(),
  }),
});
export type FindingView = z.infer<typeof FindingView>;

export const QueueView = z.object({
  broker: z.string(),
  vhost: z.string(),
  name: z.string(),
  /** A queue of Lastbeat itself: in no count, and in the list only with `own=true`. */
  own: z.boolean(),
  role: Role,
  roleBecause: RoleBecause,
  ready: Count,
  unacked: Count,
  consumers: Count,
  /** Messages that the queue delays before it redelivers them, not counted as ready: only in quorum queues of RabbitMQ 4.3. */
  delayed: Count,
  /** Steady growth of the ready messages per minute, negative while they become fewer; null: not known yet. */
  perMinute: Rate,
  drain: Drain,
  rates: z.object({ publish: Rate, deliver: Rate, ack: Rate }),
  oldestMessageSeconds: Count,
  retriesInto: z.string().nullable(),
  type: z.string().nullable(),
  state: z.string().nullable(),
  /** The message TTL of the queue; a TTL of single messages is not visible. */
  messageTtlMs: Count,
  /** Where expired and rejected messages go. `sure` is false if it depends on the message. */
  feeds: z.array(
    z.object({ queue: z.string(), exchange: z.string(), routingKey: z.string().nullable(), sure: z.boolean() }),
  ),
  fedBy: z.array(z.string()),
  standing: Health,
  /** Ids of findings. */
  findings: z.array(z.string()),
});
export type QueueView = z.infer<typeof QueueView>;

const GroupView = z.object({
  broker: z.string(),
  vhost: z.string(),
  queues: z.array(
    z.object({
      name: z.string(),
      role: Role,
      ready: Count,
      consumers: Count,
      standing: Health,
      findings: z.array(z.string()),
    }),
  ),
  ways: z.array(z.object({ from: z.string(), to: z.string(), sure: z.boolean() })),
  more: z.number(),
});
export type GroupView = z.infer<typeof GroupView>;

export const QueuesView = listOf(QueueView).extend({
  /** The number of queues that pass the filter, and of all queues. */
  matching: z.number(),
  total: z.number(),
  /** Queues whose node is down, and queues that have crashed or stopped. */
  down: z.number(),
  vhosts: z.array(z.string()),
  findings: z.array(FindingView),
  groups: z.array(GroupView),
  blind: z.array(BlindBroker),
  /** Reachable brokers whose exchanges and bindings could not be read: less is known of the roles of their queues. */
  withoutTopology: z.array(z.string()),
  backlog: z.object({ retry: Count, deadLetter: Count }),
});
export type QueuesView = z.infer<typeof QueuesView>;
