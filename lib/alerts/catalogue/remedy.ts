import { builtInRule } from "@/lib/alerts/catalogue/catalogue";
import { REGISTRY } from "@/lib/alerts/rules/registry";
import type { Remedy } from "@/lib/base/messages/rule-messages";
import type { Context } from "@/lib/base/messages/sentence/context";

/**
 * What to do about an alert, by the context of its reading: the kind of the source, the cause of a backlog, the reason
 * of a runner's state, the product of a client. null where nothing is known beyond the rule's own advice.
 */
export const remedyOf = (rule: string, context: Context): Remedy | null => builtInRule(rule)?.remedy(context) ?? null;

const LATE = REGISTRY.find(({ line }) => line?.family === "state" && line.kind === "client-late");

/** What to do about a client that sends no heartbeats, by its product. */
export const remedyForLate = (product: string | null): Remedy | null => LATE?.remedy({ product }) ?? null;
