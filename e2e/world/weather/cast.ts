import { MINUTE, SECOND } from "../../../lib/base/time/duration.ts";
import type { CrowdMember } from "./member.ts";

type Written = Partial<CrowdMember> & Pick<CrowdMember, "id" | "name">;

const PHP = { product: "AMQPLib", platform: "PHP" } as const;
const CELERY = { product: "py-amqp", platform: "Python" } as const;
const SPRING = { product: "RabbitMQ", platform: "Java" } as const;

/** A queue of the crowd: durable, with one consumer. */
export const queueOf = (queue: string, consumers = 1, options: object = {}) => ({
  queue,
  consumers,
  durable: true,
  exclusive: false,
  autoDelete: false,
  arguments: {},
  ...options,
});
const declared = (queue: string, options: object = {}) => queueOf(queue, 0, options);

/** Rejected messages wait here for half a minute and return: a retry queue. */
const RETRY_DELAY_MS = 30 * SECOND;
/** Reminders wait for two minutes: a delay queue, which always holds messages and has no consumer. */
const REMINDER_DELAY_MS = 2 * MINUTE;

const deadLettersTo = (queue: string): object => ({
  arguments: { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": queue },
});
const delayed = (delayMs: number, queue: string): object => ({
  arguments: { "x-message-ttl": delayMs, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": queue },
});

/** Spring's default connection names, which count up at each reconnect, in two forms; a listener container each. */
const spring: readonly Written[] = [
  {
    ...SPRING,
    id: "spring-amqp",
    name: "rabbitConnectionFactory#6b1274d2:{n}",
    consumed: [queueOf("spring.orders", 3)],
    livesMs: 12 * MINUTE,
    ending: "drop",
    awayMs: 5 * SECOND,
  },
  {
    ...SPRING,
    id: "spring-amqp-publisher",
    name: "rabbitConnectionFactory.publisher#3f0c1a9e:{n}",
    published: [{ queue: "spring.orders", everyMs: 700, messages: 1 }],
  },
  {
    ...SPRING,
    id: "spring-boot",
    name: "orders#{n}",
    consumed: [queueOf("shipping", 2, deadLettersTo("shipping.dead"))],
    livesMs: 7 * MINUTE,
    awayMs: 4 * SECOND,
  },
];

const worker = (host: string): Written => ({
  ...CELERY,
  id: `celery-${host}`,
  name: null,
  prefetch: 4,
  consumed: [
    queueOf("celery"),
    queueOf(`celery@${host}.celery.pidbox`, 1, {
      durable: false,
      autoDelete: true,
      arguments: { "x-expires": 10_000 },
    }),
    queueOf("celeryev.{uuid}", 1, { durable: false, autoDelete: true, arguments: { "x-expires": 60_000 } }),
  ],
});

/** Unnamed: two workers with control and event queues, of which one restarts; a pooled connection; a web process. */
const celery: readonly Written[] = [
  { ...worker("w1"), livesMs: 9 * MINUTE, awayMs: 6 * SECOND },
  worker("w2"),
  { ...CELERY, id: "celery-pool", name: null },
  { ...CELERY, id: "celery-web", name: null, published: [{ queue: "celery", everyMs: 2_000, messages: 1 }] },
];

/** Those that come and go: cron jobs, a connection for each request, scripts that exit without a close. */
const shortLived: readonly Written[] = [
  {
    ...PHP,
    id: "cron",
    name: "reports-{minute}-{pod}",
    consumed: [queueOf("reports")],
    livesMs: 25 * SECOND,
    awayMs: 155 * SECOND,
    delayMs: 40 * SECOND,
  },
  { ...PHP, id: "php-named", name: "shop-fpm", published: [], livesMs: 200, awayMs: 9 * SECOND },
  {
    ...PHP,
    id: "php-unnamed",
    name: null,
    published: [{ queue: "mail", everyMs: 100, messages: 1 }],
    livesMs: 250,
    awayMs: 7 * SECOND,
  },
  { ...PHP, id: "php-unclosed", name: null, livesMs: 150, ending: "drop", awayMs: 23 * SECOND },
  { ...PHP, id: "script", name: "report-export", livesMs: 1_500, ending: "drop", awayMs: 90 * SECOND },
];

const mqtt: readonly Written[] = [
  { protocol: "mqtt", id: "sensor-7", name: "sensor-7", published: [{ queue: "t", everyMs: 4_000, messages: 1 }] },
  { protocol: "mqtt", id: "dashboard", name: "dashboard-3", consumed: [queueOf("t")] },
  { protocol: "mqtt", id: "phone", name: "phone-a1", livesMs: 45 * SECOND, awayMs: 75 * SECOND },
];

const idle: readonly Written[] = [
  { id: "idle-plain", name: "dashboard@ops-1" },
  { id: "idle-consumer", name: "standby@dr-1", consumed: [queueOf("standby")] },
  { id: "idle-channel", name: "telegraf@ops-1", published: [{ queue: "standby", everyMs: 86_400_000, messages: 1 }] },
];

/** What works all day, each with something that a queue may look like. */
const steady: readonly Written[] = [
  {
    id: "api-1",
    name: "api@web-1",
    published: [
      { queue: "billing", everyMs: 500, messages: 1 },
      { queue: "search", everyMs: 900, messages: 1 },
      { queue: "transcode", everyMs: 2_000, messages: 1 },
      { queue: "scans", everyMs: 3_000, messages: 1 },
      { queue: "probes", everyMs: 1_500, messages: 1 },
      { queue: "geocode", everyMs: 1_100, messages: 1 },
    ],
  },
  {
    id: "api-2",
    name: "api@web-2",
    published: [
      { queue: "shipping", everyMs: 1_300, messages: 1 },
      { queue: "reminders.delay", everyMs: 15_000, messages: 1 },
      { queue: "inbox", everyMs: 3_000, messages: 1 },
      { queue: "imports", everyMs: 1_000, messages: 1 },
      { queue: "legacy", everyMs: 2_500, messages: 1 },
      // The cron job consumes them.
      { queue: "reports", everyMs: 20_000, messages: 1 },
    ],
  },
  { id: "uploader", name: "uploader@web-2", published: [{ queue: "thumbnails", everyMs: 5 * MINUTE, messages: 250 }] },
  { id: "thumbnails", name: "thumbnails@gpu-1", consumed: [queueOf("thumbnails")], behaviour: { workMs: 150 } },
  {
    id: "mailer",
    name: "mailer@worker-1",
    consumed: [
      queueOf("mail", 1, deadLettersTo("mail.retry")),
      declared("mail.retry", delayed(RETRY_DELAY_MS, "mail")),
    ],
    behaviour: { rejectEvery: 8 },
  },
  {
    id: "reminders",
    name: "reminders@worker-1",
    consumed: [queueOf("reminders"), declared("reminders.delay", delayed(REMINDER_DELAY_MS, "reminders"))],
  },
  // The shovel moves what is in inbox.
  { id: "archiver", name: "archiver@worker-2", consumed: [queueOf("archive"), declared("inbox")] },
  { id: "dead-letters", name: "auditor@ops-1", consumed: [declared("shipping.dead")] },
];

/** Healthy until a failure takes them. */
const subjects: readonly Written[] = [
  { id: "search", name: "search@indexer-1", consumed: [queueOf("search", 2)] },
  { id: "transcoder", name: "transcoder@gpu-2", prefetch: 5, consumed: [queueOf("transcode")] },
  { id: "flapper", name: "php-jobs@web-3", consumed: [queueOf("php-jobs")], reconnectMs: 2_000 },
  { id: "gateway", name: "gateway@web-4" },
  { id: "importer", name: "importer@worker-3", consumed: [queueOf("imports")] },
  {
    id: "ingest",
    name: "ingest@worker-4",
    consumed: [queueOf("ingest")],
    behaviour: { workMs: 100 },
  },
  { id: "feeder", name: "feeder@edge-1", published: [{ queue: "ingest", everyMs: 500, messages: 1 }] },
];

/** The crowd that shares one process. Written as a list of differences from the defaults of `CrowdMember`. */
export const CAST: readonly Written[] = [
  // Declares dead-letter queues and consumers first, publishers after them.
  ...steady.toReversed(),
  ...subjects,
  ...spring,
  ...celery,
  ...shortLived,
  ...mqtt,
  ...idle,
];

/** Clients in processes of their own, because a failure stops or kills them. */
export const ALONE = {
  scanner: { name: "scanner@nas-1", library: "aio-pika", heartbeat: 60, queue: "scans" },
  probe: { name: "probe@edge-2", library: "rabbitmq-client", heartbeat: 10, queue: "probes" },
  geocoder: { name: "geocoder@gis-1", library: "amqplib", heartbeat: 60, queue: "geocode" },
  legacy: { name: "legacy@vm-9", library: "amqplib", heartbeat: 60, queue: "legacy" },
} as const;

/** Three replicas of one name, replaced one after the other. */
export const REPLICA = { name: "billing", library: "rabbitmq-client", heartbeat: 60, queue: "billing" } as const;
export const REPLICAS = 3;

export const LAMBDA = { name: "thumbnail-fn", library: "amqplib", heartbeat: 60, queue: null } as const;
