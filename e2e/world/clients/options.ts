import { z } from "zod";

/** What one AMQP client process is told, as JSON in its only argument. */
export const ClientOptions = z.object({
  url: z.string(),
  /** connection_name; null leaves it out, as many programs do. */
  name: z.string().nullable(),
  library: z.enum(["amqplib", "rabbitmq-client", "pika", "aio-pika"]),
  /** Seconds, as asked for; the broker may answer with less. */
  heartbeat: z.int().min(0),
  /** Consumed from, and published to; null means neither. */
  queue: z.string().nullable(),
  /** x-arguments for the queue's declaration. */
  queueArguments: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  /** Milliseconds between two messages published to `queue`; 0 publishes none. */
  publishEveryMs: z.int().min(0).default(0),
  /** Each n-th message is rejected to the queue's dead-letter exchange; 0 rejects none. */
  rejectEvery: z.int().min(0).default(0),
  /** Drops its own connection without a word after this long, each time; 0 never does. Only amqplib can. */
  flapEveryMs: z.int().min(0).default(0),
  /** Messages the broker may have on their way to it, unacknowledged. */
  prefetch: z.int().min(1).default(5),
  /** false: takes what it is given and never acknowledges it. */
  acks: z.boolean().default(true),
  /** Cancels its consumer this long after connecting and stays connected; 0 never does. */
  cancelAfterMs: z.int().min(0).default(0),
  /** Publishes no more after this long, and goes on consuming; 0 goes on publishing too. */
  publishForMs: z.int().min(0).default(0),
  /** Opens this many further connections of its name and never closes them. */
  leakConnections: z.int().min(0).default(0),
  /** How long after connecting it opens them. */
  leakAfterMs: z.int().min(0).default(0),
  /** Connects again after losing its connection. */
  reconnect: z.boolean().default(true),
});
export type ClientOptions = z.infer<typeof ClientOptions>;

/** What a client process says, one JSON object a line. */
export const ClientEvent = z.object({
  event: z.enum(["connected", "closed", "error"]),
  atMs: z.number(),
  detail: z.string().optional(),
});
export type ClientEvent = z.infer<typeof ClientEvent>;
