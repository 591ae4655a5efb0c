import { z } from "zod";
import { BlindBroker } from "@/lib/views/brokers/blind";
import { listOf } from "@/lib/views/list";

const Rate = z.number().nullable();
const Count = z.number().nullable();

const Role = z.enum(["work", "retry", "dead-letter", "delay"]);
export type Role = z.infer<typeof Role>;
/** Why a queue has its role; `named-…` is concluded from the name alone. */
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
/** finding: something is wrong with its ways; waiting: messages and nobody to take them; down: its node is. */
const StandingIs = z.enum(["finding", "waiting", "down"]);

/** What a list of queues can be narrowed by; `text` is looked for in names. */
export const QueueFilter = z.object({
  role: Role.optional(),
  vhost: z.string().max(255).optional(),
  text: z.string().max(255).optional(),
  state: StandingIs.optional(),
});
export type QueueFilter = z.infer<typeof QueueFilter>;
export const ROLES = Role.options;
export const QUEUE_HEALTHS = StandingIs.options;

/** The worst that is wrong with one queue; null where nothing is. */
const FindingKind = z.enum([
  "loop-without-consumer",
  "dead-letter-unread",
  "head-blocked",
  "exchange-missing",
  "routes-nowhere",
]);
const Standing = z
  .object({ is: StandingIs, severity: z.enum(["warning", "critical"]), kind: FindingKind.nullable() })
  .nullable();
export type QueueHealthView = NonNullable<z.infer<typeof Standing>>;

export const FindingView = z.object({
  id: z.string(),
  kind: FindingKind,
  severity: z.enum(["warning", "critical"]),
  /** The look at which it was new; null: it was there at Lastbeat's first look, or came while it could not look. */
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
  role: Role,
  roleBecause: RoleBecause,
  ready: Count,
  unacked: Count,
  consumers: Count,
  /** Held back inside it before they are tried again, not among the ready: quorum queues of RabbitMQ 4.3 alone. */
  delayed: Count,
  rates: z.object({ publish: Rate, deliver: Rate, ack: Rate }),
  oldestMessageSeconds: Count,
  retriesInto: z.string().nullable(),
  type: z.string().nullable(),
  state: z.string().nullable(),
  /** The queue's own time-to-live in force; one that messages carry themselves cannot be seen. */
  messageTtlMs: Count,
  /** Where expired and rejected messages go. `sure` is false where only the message decides. */
  feeds: z.array(
    z.object({ queue: z.string(), exchange: z.string(), routingKey: z.string().nullable(), sure: z.boolean() }),
  ),
  fedBy: z.array(z.string()),
  standing: Standing,
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
      standing: Standing,
      findings: z.array(z.string()),
    }),
  ),
  ways: z.array(z.object({ from: z.string(), to: z.string(), sure: z.boolean() })),
  more: z.number(),
});
export type GroupView = z.infer<typeof GroupView>;

export const QueuesView = listOf(QueueView).extend({
  /** Queues that pass the filter, and all there are. */
  matching: z.number(),
  total: z.number(),
  /** Queues whose node is down, or that have crashed or stopped. */
  down: z.number(),
  vhosts: z.array(z.string()),
  findings: z.array(FindingView),
  groups: z.array(GroupView),
  blind: z.array(BlindBroker),
  /** Brokers that can be seen whose exchanges and bindings could not be read: what is said of their roles is less. */
  withoutTopology: z.array(z.string()),
  backlog: z.object({ retry: Count, deadLetter: Count }),
});
export type QueuesView = z.infer<typeof QueuesView>;
