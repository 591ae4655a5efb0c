import { z } from "zod";
import { Condition } from "@/lib/alerts/model/condition";
import type { SummaryFacts } from "@/lib/alerts/model/summary-input";
import { cutReason, ReasonSchema } from "@/lib/base/messages/reason";
import type { Context } from "@/lib/base/messages/sentence/context";

/** Facts as they are stored beside an alert. */
const Stored = z.object({
  condition: Condition.exactOptional(),
  signal: z.string().exactOptional(),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.null(), ReasonSchema])),
  outcome: z.enum(["open", "cleared", "gone", "no-rule"]),
  lastedMs: z.number(),
});

/** null where nothing is stored, or where this version does not understand it. */
export const readFacts = (stored: unknown): SummaryFacts | null => Stored.safeParse(stored).data ?? null;

/** As JSON, in UTF-16 units: at most three bytes each, so 12 kB an alert, however long the names of clients are. */
const FACTS_LENGTH_MAX = 4_000;
/** Tried in turn. A reason may be a long sentence; sentences cut names to 120 characters. */
const TEXT_LENGTHS = [500, 120] as const;

const cutTexts = (value: Context[string], max: number): Context[string] => {
  if (typeof value === "string") return value.slice(0, max);
  return typeof value === "object" && value !== null ? cutReason(value, max) : value;
};

/** Facts short enough to be stored, with their texts cut; null where that is not enough: the alert stays English. */
export function boundedFacts(facts: SummaryFacts): SummaryFacts | null {
  for (const max of TEXT_LENGTHS) {
    const cut = Object.entries(facts.context).map(([name, value]) => [name, cutTexts(value, max)]);
    const shortened: SummaryFacts = { ...facts, context: Object.fromEntries(cut) };
    if (JSON.stringify(shortened).length <= FACTS_LENGTH_MAX) return shortened;
  }
  return null;
}
