/**
 * Shipped rules for what a connection name, a user or a queue carries that changes at each start or reconnect. Each has
 * the source of the form it folds. What a person may have numbered (`orders-2`, `worker-10`, `api-v2`, `eu-west-1`) has no
 * rule that is on by default: merging two clients hides the loss of one, and a client that is followed by two names
 * shows a suggestion (`successors.ts`).
 */
export interface FoldingRule {
  readonly id: FoldingRuleId;
  /** Removed from connection names, and from the names of queues that identify an unnamed client. */
  readonly part?: RegExp;
  /**
   * The same, where what is left is the library's or program's own name: many applications have it, so the host is needed
   * as well.
   */
  readonly partOfHost?: RegExp;
  /** A connection with such a name is identified as if it had none. */
  readonly noName?: RegExp;
  /** Queues that do not identify their consumer. */
  readonly transientQueue?: RegExp;
  /** Removed from the name of the user. */
  readonly userPart?: RegExp;
}

export const FOLDING_RULE_IDS = [
  "spring-amqp",
  "spring-boot",
  "uuid",
  "timestamp",
  "process-id",
  "ephemeral-port",
  "kubernetes-pod",
  "statefulset-pod",
  "container-id",
  "runtime-name",
  "celery",
  "server-named-queues",
  "reply-queues",
  "lease-users",
  "ordinals",
] as const;
export type FoldingRuleId = (typeof FOLDING_RULE_IDS)[number];

/**
 * `ordinals` is off: an ordinal does not change at a restart, so each number is followed as a client of its own, and
 * `worker-10` or `eu-west-1` has the same form without being a replica.
 */
export const DEFAULT_FOLDING_RULE_IDS: readonly FoldingRuleId[] = FOLDING_RULE_IDS.filter((id) => id !== "ordinals");

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const HEX_32 = "[0-9a-f]{32}";
const SEPARATOR = "[-_.:@#/ ]";
/** The alphabet of generated suffixes (apimachinery, pkg/util/rand). */
const KUBERNETES = "[bcdfghjklmnpqrstvwxz2456789]";
/** Seconds or milliseconds since 1970, between 2017 and 2033, with a fraction as Python's time.time() has it. */
const UNIX_TIME = "1[5-9]\\d{8}(?:\\d{3})?(?:\\.\\d{1,9})?";
const CLOCK_TIME = "\\d{2}[:-]?\\d{2}[:-]?\\d{2}(?:[.,]\\d{1,9})?(?:Z|[+-]\\d{2}:?\\d{2})?";
/** ISO 8601 with a time, or its digits alone. A date without a time may be a version (`api-2026-11-30`). */
const DATE_TIME = `20\\d{2}-\\d{2}-\\d{2}[T_ ]${CLOCK_TIME}|20\\d{6}[T_-]?\\d{6}Z?`;
const IPV4 = "\\d{1,3}(?:\\.\\d{1,3}){3}";
/** 32768 to 65535: what Linux (from 32768) and IANA (from 49152) assign to outgoing connections. */
const EPHEMERAL_PORT =
  "(?:3276[89]|327[7-9]\\d|32[89]\\d{2}|3[3-9]\\d{3}|[45]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])";
/** The random characters of a Vault user, and the time; looked ahead for, so that only the end of a name is looked back from. */
const VAULT_END = `[A-Za-z0-9]{16,20}(?:-${UNIX_TIME})?$`;
/** The lower case alphabet of NewId's ZBase32Formatter. */
const ZBASE32 = "[a-km-uw-z13-9]";

const RULES: Readonly<Record<FoldingRuleId, Omit<FoldingRule, "id">>> = {
  /**
   * `rabbitConnectionFactory#6b1274d2:0`: bean name (or `SpringAMQP`), identity hash of the factory, count of
   * connections (spring-amqp, AbstractConnectionFactory.connectionNameStrategy; pull request 468).
   */
  "spring-amqp": { partOfHost: /#[0-9a-f]{1,8}:\d+$/u },
  /**
   * `orders#3`: a prefix and the count of connections (spring-boot pull request 12339; the tests of
   * spring-cloud-stream's binder expect `foo#2`); the factory for publishers appends `.publisher` (spring-amqp,
   * AbstractConnectionFactory.setConnectionNameStrategy). `worker #2`, with a space, is a person's numbering.
   */
  "spring-boot": { part: /(?<=\S)#\d+(?=\.publisher$|$)/u },
  /**
   * A UUID with its separator, with or without hyphens: `rpc.reply-orders-<uuid>` (nameko, RPC_REPLY_QUEUE_TEMPLATE),
   * `reply_<32 digits>` (oslo.messaging, AMQPDriverBase._get_reply_q). A queue that is called by a UUID alone is that of
   * one program's run (Celery's rpc:// result backend).
   */
  uuid: {
    part: new RegExp(`${SEPARATOR}(?:${UUID}|${HEX_32})(?![0-9a-z])|^(?:${UUID}|${HEX_32})${SEPARATOR}(?=.)`, "iu"),
    transientQueue: new RegExp(`^${UUID}$`, "iu"),
  },
  /** `importer-1732999999`, `importer-1732999999123`, `importer-20261130T201500Z`, `importer 2026-11-30 20:15:00`. */
  timestamp: { part: new RegExp(`${SEPARATOR}(?:${UNIX_TIME}|${DATE_TIME})$`, "u") },
  /**
   * `nova-compute:4242:<uuid>`: program, process id, UUID (oslo.messaging, impl_rabbit.Connection); `orders-pid4242`,
   * `orders (pid 4242)`. The JVM's `4242@host` (RuntimeMXBean.getName) names a process and a host, and no application. A
   * bare number could as well be a shard or a tenant.
   */
  "process-id": {
    partOfHost: new RegExp(`:\\d{1,7}:${UUID}$`, "iu"),
    part: /[-_.:@#/ ]\(?pid[-_ :=#]?\d{1,7}\)?$/iu,
    noName: /^\d{1,7}@[\w.-]+$/u,
  },
  /** The port that a connection was made from, after an address or a host: `orders@10.0.3.7:51234`. */
  "ephemeral-port": {
    part: new RegExp(`(?<=${IPV4}|\\]|@[\\w.-]+):${EPHEMERAL_PORT}$`, "u"),
    noName: new RegExp(`^(?:${IPV4}|\\[[0-9a-f:.]+\\]):${EPHEMERAL_PORT}$`, "iu"),
  },
  /**
   * Pods of a Deployment (`orders-7d9c5b6f8-x2k4z`) and of a CronJob (`nightly-29412345-x2k4z`, the minute it was
   * scheduled for). The hash of a ReplicaSet is the decimal digits of a 32-bit hash in the alphabet of generated
   * suffixes, so only ten characters occur in it (apimachinery, rand.SafeEncodeString). Pods of a Job or a DaemonSet
   * (`import-x2k4z`) end as `proxy-http2` does, and have no rule.
   */
  "kubernetes-pod": {
    part: new RegExp(`-(?:[4-9bcdf]{8,10}-[a-z0-9]{5}|(?:2[89]|3\\d)\\d{6}-${KUBERNETES}{5})(?![a-z0-9-])`, "u"),
  },
  /** `orders-2.orders.shop.svc.cluster.local`: only the DNS name of a pod shows that its ordinal numbers replicas. */
  "statefulset-pod": { part: /-\d{1,3}(?=\.[a-z0-9-]+\.[a-z0-9-]+\.svc(?:\.|$))/u },
  /**
   * `celery@3f2c0d9a1b2c`: the host name that Docker gives a container is the start of its id. Without the `@` twelve hex
   * digits may be the address of a device.
   */
  "container-id": { part: /@(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{12}(?![0-9a-z])/u },
  /**
   * MassTransit takes the name of the process (ConfigurationHostSettings.ClientProvidedName), which is `dotnet` for all
   * that `dotnet app.dll` starts.
   */
  "runtime-name": {
    noName:
      /^(?:dotnet|java|javaw|node|python[\d.]*|pythonw|php[\d.]*|php-fpm[\d.]*|ruby[\d.]*|beam\.smp|w3wp|iisexpress)(?:\.exe)?$/iu,
  },
  /**
   * A worker's event queue `celeryev.<uuid>` (setting event_queue_prefix), its control queue
   * `celery@<host>.celery.pidbox` and the reply queue `<uuid>.reply.celery.pidbox` (kombu, pidbox.Mailbox).
   */
  celery: { transientQueue: new RegExp(`^celeryev\\.${UUID}$|\\.celery\\.pidbox$`, "iu") },
  /**
   * `amq.gen-JzTY…`: a queue declared without a name (rabbitmq.com, Queues: Server-named Queues); `amq.rabbitmq.reply-to`
   * (Direct Reply-to).
   */
  "server-named-queues": { transientQueue: /^amq\.(?:gen-|rabbitmq\.reply-to)/u },
  /**
   * Reply queues that exist from the first request on, and queues for one instance: `spring.gen-…` (spring-amqp,
   * Base64UrlNamingStrategy), `<destination>.anonymous.…` (spring-cloud-stream, a binding without a group),
   * `easynetq.response.<uuid>` (EasyNetQ, Conventions), `rpc.reply-…-<uuid>` (nameko), `reply_<32 digits>`
   * (oslo.messaging), `amq_0x…` (aio-pika, RobustQueue._get_random_queue_name), `<host>_<process>_bus_<26 characters>`
   * (MassTransit, DefaultEndpointNameFormatter.TemporaryEndpoint).
   */
  "reply-queues": {
    transientQueue: new RegExp(
      [
        "^spring\\.gen-",
        "\\.anonymous\\.[\\w-]{22}$",
        `^easynetq\\.response\\.${UUID}$`,
        `^rpc\\.reply-.+-${UUID}$`,
        `^reply_${HEX_32}$`,
        "^amq_0x[0-9a-f]{1,32}$",
        `^[a-z0-9]+_[a-z0-9]+_[^_]+_${ZBASE32}{26}$`,
      ].join("|"),
      "iu",
    ),
  },
  /**
   * Users that Vault or OpenBao makes for a lease: `approle-<uuid>` (builtin/logical/rabbitmq, path_role_create.go), and
   * `v-<auth>-<role>-<20 characters>-<time>` (the template of the database engines).
   */
  "lease-users": {
    userPart: new RegExp(`-${UUID}$|-(?=${VAULT_END})(?<=^v-[^-]+-.+-)${VAULT_END}`, "u"),
  },
  /** `orders-2`, `worker-10`: replicas of one name. Off by default. */
  ordinals: { part: /(?<=[a-z0-9])-\d{1,3}$/iu },
};

/** A process id stands before the UUID it belongs to; an ordinal is what is left at the end. */
const ORDER: readonly FoldingRuleId[] = [
  "process-id",
  ...FOLDING_RULE_IDS.filter((id) => id !== "process-id" && id !== "ordinals"),
  "ordinals",
];

/** The rules with these ids, in the order in which they apply. */
export const foldingRules = (ids: readonly FoldingRuleId[]): readonly FoldingRule[] =>
  ORDER.filter((id) => ids.includes(id)).map((id) => ({ id, ...RULES[id] }));
