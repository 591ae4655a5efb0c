import { z } from "zod";

const Consumed = z.object({
  queue: z.string(),
  /** Each has a channel of its own, as in Spring's listener containers. */
  consumers: z.int().min(0).default(1),
  durable: z.boolean().default(true),
  exclusive: z.boolean().default(false),
  autoDelete: z.boolean().default(false),
  arguments: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});

const Published = z.object({
  queue: z.string(),
  everyMs: z.int().min(1),
  /** Messages at once. */
  messages: z.int().min(1).default(1),
});

/** What a member does at the moment; a failure changes it. */
const Behaviour = z.object({
  /** false: closes its connections in order and does not reconnect. */
  connects: z.boolean(),
  consumes: z.boolean(),
  /** false: receives messages and acknowledges none. */
  acks: z.boolean(),
  publishes: z.boolean(),
  /** Processing time of a message; a consumer processes one at a time. */
  workMs: z.int().min(0),
  /** Rejects every n-th message; 0: none. */
  rejectEvery: z.int().min(0),
  /** Multiplies what it publishes. */
  times: z.int().min(1),
  /** Loses its connection this often, without a close; 0: never. */
  flapEveryMs: z.int().min(0),
  /** Further connections of the same name. */
  leaked: z.int().min(0),
});
export type Behaviour = z.infer<typeof Behaviour>;

export const NORMAL: Behaviour = {
  connects: true,
  consumes: true,
  acks: true,
  publishes: true,
  workMs: 0,
  rejectEvery: 0,
  times: 1,
  flapEveryMs: 0,
  leaked: 0,
};

/** One application of the crowd. Several share a process if none of them is stopped by itself. */
export const CrowdMember = z.object({
  id: z.string(),
  protocol: z.enum(["amqp", "mqtt"]).default("amqp"),
  /**
   * The connection name (MQTT: the client id); null: none, as of many programs. `{n}` is the number of the connection,
   * `{uuid}`, `{minute}` and `{pod}` are new for each connection: a UUID, the minute, five characters of a pod's name.
   */
  name: z.string().nullable(),
  product: z.string().optional(),
  platform: z.string().optional(),
  heartbeatSeconds: z.int().min(0).default(60),
  prefetch: z.int().min(1).default(10),
  consumed: z.array(Consumed).default([]),
  published: z.array(Published).default([]),
  /** Ends its connection this long after it opened; 0: it stays connected. */
  livesMs: z.int().min(0).default(0),
  /** How it ends: with an AMQP close, or like a script that exits without one. */
  ending: z.enum(["close", "drop"]).default("close"),
  /** From that end to its next connection. */
  awayMs: z.int().min(0).default(1_000),
  /** From a lost connection, or a refused one, to the next attempt. */
  reconnectMs: z.int().min(100).default(5_000),
  /** Before its first connection, so that the crowd does not act in step. */
  delayMs: z.int().min(0).default(0),
  /** Where it differs from `NORMAL`. */
  behaviour: Behaviour.partial().default({}),
});
export type CrowdMember = z.infer<typeof CrowdMember>;

export const CrowdOptions = z.object({
  amqpUrl: z.string(),
  /** null: the broker has no MQTT listener. */
  mqttUrl: z.string().nullable(),
  members: z.array(CrowdMember),
});

/** A line on the stdin of the crowd's process. */
export const BehaviourChange = z.object({ member: z.string(), behaviour: Behaviour.partial() });
export type BehaviourChange = z.infer<typeof BehaviourChange>;

/** What it does before any failure. */
export const behaviourOf = ({ behaviour }: CrowdMember): Behaviour => changed(NORMAL, behaviour);

export const changed = (behaviour: Behaviour, changes: BehaviourChange["behaviour"]): Behaviour =>
  Behaviour.parse({ ...behaviour, ...changes });

/** A member that runs. */
export interface RunningMember {
  change(behaviour: BehaviourChange["behaviour"]): void;
}
