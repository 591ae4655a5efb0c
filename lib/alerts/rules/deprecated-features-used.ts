import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

/** One is enough: a later version of RabbitMQ refuses to start, or to declare such queues, once it is removed. */
export const deprecatedFeaturesUsed = {
  ...BUILT_IN,
  id: "deprecated-features-used",
  signal: "broker.features.deprecated",
  warning: 1,
  pack: "rabbitmq",
} as const satisfies BuiltInRule;
