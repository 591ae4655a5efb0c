import { z } from "zod";
import { listOf } from "@/lib/views/list";

const Condition = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("value") }),
  z.object({ kind: z.literal("rate"), overSeconds: z.number() }),
  z.object({ kind: z.literal("forecast"), withinSeconds: z.number(), overSeconds: z.number() }),
  z.object({ kind: z.literal("absent") }),
]);

export const RuleItem = z.object({
  id: z.string(),
  signal: z.string(),
  unit: z.enum(["count", "seconds", "per-minute", "state", "milliseconds"]),
  match: z.array(z.string()),
  condition: Condition,
  comparison: z.enum(["above", "below"]),
  warning: z.number().nullable(),
  critical: z.number().nullable(),
  forSeconds: z.number(),
  keepFiringSeconds: z.number(),
  clearAt: z.number().nullable(),
  enabled: z.boolean(),
  inferred: z.boolean(),
  origin: z.enum(["built-in", "file", "page"]),
  path: z.string().nullable(),
  firing: z.number(),
  pending: z.number(),
});
export type RuleItem = z.infer<typeof RuleItem>;
export const RuleItems = listOf(RuleItem);
