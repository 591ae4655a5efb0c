import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";
import { MINUTE } from "@/lib/base/time/duration";

/** An application that does not answer is down, or its event loop is blocked; for a database the reason is enough. */
const UNREACHABLE: ReadonlyMap<string, "roadrunnerUnreachable" | "faststreamUnreachable"> = new Map([
  ["roadrunner", "roadrunnerUnreachable"],
  ["faststream", "faststreamUnreachable"],
]);

export const sourceUnreachable = {
  ...BUILT_IN,
  id: "source-unreachable",
  signal: "jobs.source.up",
  comparison: "below",
  warning: 1,
  forMs: MINUTE,
  pack: "work",
  outage: "total",
  line: { family: "state", kind: "source-blind", word: "unreachable", place: 310 },
  mutes: [{ target: 'rule!="source-unreachable",rule!="application-gone"', equal: ["source"] }],
  remedy: ofSource(({ kind }) => UNREACHABLE.get(kind) ?? null),
} as const satisfies BuiltInRule;
