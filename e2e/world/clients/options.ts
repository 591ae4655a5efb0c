import { z } from "zod";

/** The options of one AMQP client process, passed as JSON in its only argument. */
export const ClientOptions = z.object({
  url: z.string(),
  /** connection_name; null omits it, as many programs do. */
  name: z.string().nullable(),
  library: z.enum(["amqplib", "rabbitmq-client", "pika", "aio-pika"]),
  /** Requested heartbeat in seconds; the broker may negotiate a lower value. */
  heartbeat: z.int().min(0),
  /** The client consumes from and publishes to this queue; null means neither. */
  queue: z.string().nullable(),
  /** x-arguments of the queue declaration. */
  queueArguments: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  /** Milliseconds between two messages published to `queue`; 0 publishes none. */
  publishEveryMs: z.int().min(0).default(0),
  /** Rejects every n-th message to the queue's dead-letter exchange; 0 rejects none. */
  rejectEvery: z.int().min(0).default(0),
  /** Drops each of its connections without an AMQP close after this long; 0 never does. amqplib only. */
  flapEveryMs: z.int().min(0).default(0),
  /** The channel's prefetch count: the limit of unacknowledged messages. */
  prefetch: z.int().min(1).default(5),
  /** false: receives messages and never acknowledges them. */
  acks: z.boolean().default(true),
  /** Cancels its consumer this long after connecting and stays connected; 0 never cancels. */
  cancelAfterMs: z.int().min(0).default(0),
  /** Stops publishing after this long and continues to consume; 0 never stops publishing. */
  publishForMs: z.int().min(0).default(0),
  /** Opens this many additional connections with the same name and never closes them. */
  leakConnections: z.int().min(0).default(0),
  /** Delay between connecting and opening the leaked connections. */
  leakAfterMs: z.int().min(0).default(0),
  /** Reconnects after a lost connection. */
  reconnect: z.boolean().default(true),
});
export type ClientOptions = z.infer<typeof ClientOptions>;

/** The events that a client process prints, one JSON object per line. */
export const ClientEvent = z.object({
  event: z.enum(["connected", "closed", "error"]),
  atMs: z.number(),
  detail: z.string().optional(),
});
export type ClientEvent = z.infer<typeof ClientEvent>;
