/**
 * Parts of default names that change at each start or reconnect, and queues that live as long as one connection. Each
 * rule has the source of the form it folds. An ordinal of a StatefulSet (`orders-0`) is stable and is no rule's.
 */
export interface FoldingRule {
  readonly id: FoldingRuleId;
  /** Removed from connection names, and from the names of queues that identify an unnamed client. */
  readonly part?: RegExp;
  /** What is left is the library's or program's own name: many applications have it, so the host is needed as well. */
  readonly needsHost?: true;
  /** Queues that do not identify their consumer. */
  readonly transientQueue?: RegExp;
}

export const FOLDING_RULE_IDS = [
  "spring-amqp",
  "spring-boot",
  "uuid",
  "process-id",
  "kubernetes-pod",
  "celery",
  "server-named-queues",
  "reply-queues",
] as const;
export type FoldingRuleId = (typeof FOLDING_RULE_IDS)[number];

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
/** The alphabet of generated suffixes (apimachinery, pkg/util/rand). */
const KUBERNETES = "[bcdfghjklmnpqrstvwxz2456789]";

const RULES: Readonly<Record<FoldingRuleId, Omit<FoldingRule, "id">>> = {
  /**
   * `rabbitConnectionFactory#6b1274d2:0`: bean name (or `SpringAMQP`), identity hash of the factory, count of
   * connections (spring-amqp, AbstractConnectionFactory.connectionNameStrategy; pull request 468).
   */
  "spring-amqp": { part: /#[0-9a-f]{1,8}:\d+$/u, needsHost: true },
  /**
   * `orders#3`: a prefix and the count of connections (spring-boot pull request 12339; the tests of
   * spring-cloud-stream's binder expect `foo#2`). `worker #2`, with a space, is a person's numbering.
   */
  "spring-boot": { part: /(?<=\S)#\d+$/u },
  /**
   * A trailing UUID with its separator, with or without hyphens: `rpc.reply-orders-<uuid>` (nameko,
   * RPC_REPLY_QUEUE_TEMPLATE), `reply_<32 digits>` (oslo.messaging, AMQPDriverBase._get_reply_q).
   */
  uuid: { part: new RegExp(`[-_.:@#/ ](?:${UUID}|[0-9a-f]{32})$`, "iu") },
  /** `nova-compute:4242:<uuid>`: program, process id, UUID (oslo.messaging, impl_rabbit.Connection). */
  "process-id": { part: new RegExp(`:\\d{1,7}:${UUID}$`, "iu"), needsHost: true },
  /**
   * Pods of a Deployment (`orders-7d9c5b6f8-x2k4z`) and of a CronJob (`nightly-29412345-x2k4z`, the minute it was
   * scheduled for). The hash of a ReplicaSet is the decimal digits of a 32-bit hash in the alphabet of generated
   * suffixes, so only ten characters occur in it (apimachinery, rand.SafeEncodeString).
   */
  "kubernetes-pod": {
    part: new RegExp(`-(?:[4-9bcdf]{8,10}-[a-z0-9]{5}|(?:2[89]|3\\d)\\d{6}-${KUBERNETES}{5})(?![a-z0-9-])`, "u"),
  },
  /**
   * A worker's event queue `celeryev.<uuid>` (setting event_queue_prefix), its control queue
   * `celery@<host>.celery.pidbox` and the reply queue `<uuid>.reply.celery.pidbox` (kombu, pidbox.Mailbox).
   */
  celery: { transientQueue: new RegExp(`^celeryev\\.${UUID}$|\\.celery\\.pidbox$`, "iu") },
  /** `amq.gen-JzTY…`: a queue declared without a name (rabbitmq.com, Queues: Server-named Queues). */
  "server-named-queues": { transientQueue: /^amq\.gen-/u },
  /**
   * Reply queues that exist from the first request on: `spring.gen-…` (spring-amqp, Base64UrlNamingStrategy),
   * `easynetq.response.<uuid>` (EasyNetQ, Conventions), `rpc.reply-…-<uuid>` (nameko), `reply_<32 digits>`
   * (oslo.messaging).
   */
  "reply-queues": {
    transientQueue: new RegExp(
      `^spring\\.gen-|^easynetq\\.response\\.${UUID}$|^rpc\\.reply-.+-${UUID}$|^reply_[0-9a-f]{32}$`,
      "iu",
    ),
  },
};

/** The rules with these ids, in the order in which they apply: a process id stands before the UUID it belongs to. */
export const foldingRules = (ids: readonly FoldingRuleId[]): readonly FoldingRule[] =>
  ORDER.filter((id) => ids.includes(id)).map((id) => ({ id, ...RULES[id] }));

const ORDER: readonly FoldingRuleId[] = ["process-id", ...FOLDING_RULE_IDS.filter((id) => id !== "process-id")];

export interface FoldedName {
  readonly name: string;
  readonly needsHost: boolean;
}

/** The name without the parts that change; a name that would be empty is unchanged. */
export function foldName(name: string, rules: readonly FoldingRule[]): FoldedName {
  let rest = name;
  let needsHost = false;
  for (const rule of rules) {
    if (!rule.part?.test(rest)) continue;
    const shorter = rest.replace(rule.part, "").trim();
    if (shorter === "") continue;
    rest = shorter;
    needsHost ||= rule.needsHost === true;
  }
  return { name: rest, needsHost };
}

/** The queues that identify an unnamed client, without parts that change, sorted. */
export function foldQueues(queues: readonly string[], rules: readonly FoldingRule[]): readonly string[] {
  const identifying = queues.filter((queue) => !rules.some(({ transientQueue }) => transientQueue?.test(queue)));
  return [...new Set(identifying.map((queue) => foldName(queue, rules).name))].sort();
}
