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

/** null where nothing is stored, or nothing this version understands. */
export const readFacts = (stored: unknown): SummaryFacts | null => Stored.safeParse(stored).data ?? null;

/** As JSON, in UTF-16 units: at most three bytes each, so 12 kB an alert, whatever clients call themselves. */
const FACTS_LENGTH_MAX = 4_000;
/** Tried in turn. A reason may be a long sentence; of names no sentence says more than 120 characters. */
const TEXT_LENGTHS = [500, 120] as const;

const cutTexts = (value: Context[string], max: number): Context[string] => {
  if (typeof value === "string") return value.slice(0, max);
  return typeof value === "object" && value !== null ? cutReason(value, max) : value;
};

/** Facts that may be stored: their texts cut; null where even that is too long, and the alert keeps its English. */
export function bounded(facts: SummaryFacts): SummaryFacts | null {
  for (const max of TEXT_LENGTHS) {
    const cut = Object.entries(facts.context).map(([name, value]) => [name, cutTexts(value, max)]);
    const kept: SummaryFacts = { ...facts, context: Object.fromEntries(cut) };
    if (JSON.stringify(kept).length <= FACTS_LENGTH_MAX) return kept;
  }
  return null;
}
