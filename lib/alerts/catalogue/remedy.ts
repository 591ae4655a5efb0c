import { builtInRule } from "@/lib/alerts/catalogue/catalogue";
import { heartbeatLate } from "@/lib/alerts/rules/heartbeat-late";
import type { Remedy } from "@/lib/base/messages/rule-messages";
import type { Context } from "@/lib/base/signals/context";

/**
 * What to do about an alert, by the context of its reading: the kind of the source, the cause of a backlog, the reason
 * of a runner's state, the product of a client. null where nothing is known beyond the rule's own advice.
 */
export const remedyOf = (rule: string, context: Context): Remedy | null => builtInRule(rule)?.remedy(context) ?? null;

/** What to do about a client that sends no heartbeats, by its product. */
export const remedyForLate = (product: string | null): Remedy | null => heartbeatLate.remedy({ product });
