import type { Remedy } from "@/lib/alerts/catalogue/messages";
import type { BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { REGISTRY } from "@/lib/alerts/rules/registry";
import type { Context } from "@/lib/base/messages/sentence/context";

type WithRemedy = Pick<BuiltInRule, "id" | "line"> & { readonly remedy: (context: Context) => Remedy | null };

/** A remedy without a text does not compile. */
const RULES: readonly WithRemedy[] = REGISTRY;

/**
 * What to do about an alert, by the context of its reading: the kind of the source, the cause of a backlog, the reason
 * of a runner's state, the product of a client. null where nothing is known beyond the rule's own advice.
 */
export const remedyOf = (rule: string, context: Context): Remedy | null =>
  RULES.find(({ id }) => id === rule)?.remedy(context) ?? null;

const LATE = RULES.find(({ line }) => line?.family === "state" && line.kind === "client-late");

/** What to do about a client that sends no heartbeats, by its product. */
export const remedyForLate = (product: string | null): Remedy | null => LATE?.remedy({ product }) ?? null;
