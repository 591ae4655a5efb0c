import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

/** In ten minutes: a binding that is made a moment after its publisher started costs a few. Only a warning: some exchanges have no subscriber by design. */
export const messagesUnroutable = {
  ...BUILT_IN,
  id: "messages-unroutable",
  signal: "broker.unroutable",
  warning: 10,
  clearAt: 1,
  pack: "rabbitmq",
} as const satisfies BuiltInRule;
