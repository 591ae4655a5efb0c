import { rulePacks } from "@/lib/base/messages/en/rule-packs";

/** Where a rule stands on the rules page: RabbitMQ itself, what all job systems share, five systems, and one's own. */
export const PACKS = [
  ...(["rabbitmq", "work", "kyoo", "roadrunner", "bitmagnet", "peertube", "faststream", "lastbeat", "yours"] as const),
];
export type Pack = (typeof PACKS)[number];

const TEXTS = rulePacks.rulePacks.rules;

/** The id of a built-in rule that has its texts. */
export type BuiltInRuleId = keyof typeof TEXTS;

/** What is known of a rule, in English: title and summary, why it matters, the likely cause, the next step. */
export interface RuleDoc {
  readonly title: string;
  readonly summary: string;
  readonly why: string;
  readonly cause: string;
  readonly next: string;
}

const PACK_OF: Readonly<Record<BuiltInRuleId, Exclude<Pack, "yours">>> = {
  "heartbeat-late": "rabbitmq",
  "client-flapping": "rabbitmq",
  "client-lost": "rabbitmq",
  "clients-not-back": "rabbitmq",
  "client-not-consuming": "rabbitmq",
  "client-consumers-gone": "rabbitmq",
  "client-publish-silent": "rabbitmq",
  "client-unacked-pinned": "rabbitmq",
  "client-blocked": "rabbitmq",
  "client-connections-leaked": "rabbitmq",
  "broker-alarm": "rabbitmq",
  "node-down": "rabbitmq",
  "broker-unreachable": "rabbitmq",
  "retry-backlog": "work",
  "retry-not-draining": "work",
  "jobs-not-taken": "work",
  "open-rows": "work",
  "jobs-orphaned": "work",
  "source-unreachable": "work",
  "source-behind": "work",
  "runner-silent": "work",
  "runner-missing": "work",
  "runners-short": "work",
  "retry-conflict-loop": "bitmagnet",
  "runner-stuck": "peertube",
  "runner-deaf": "peertube",
  "runner-bouncing": "peertube",
  "jobs-orphan-child": "peertube",
  "application-redialing": "roadrunner",
  "pipeline-broken": "roadrunner",
  "pipeline-not-consuming": "roadrunner",
  "pipeline-gave-up": "roadrunner",
  "subscriber-publish-silent": "faststream",
  "leader-absent": "kyoo",
  "webhook-failing": "lastbeat",
  "webhook-dead": "lastbeat",
};

export const BUILT_IN_RULE_IDS: readonly BuiltInRuleId[] = Object.keys(PACK_OF).filter(isBuiltIn);

/** Whether a rule of this id is one of those that ship with their texts. */
export function isBuiltIn(id: string): id is BuiltInRuleId {
  return Object.hasOwn(PACK_OF, id);
}

export const packOf = (id: string): Pack => (isBuiltIn(id) ? PACK_OF[id] : "yours");

/** null for a rule of one's own: whoever wrote it knows. */
export const ruleDoc = (id: string): RuleDoc | null => (isBuiltIn(id) ? TEXTS[id] : null);
