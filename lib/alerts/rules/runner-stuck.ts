import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";

const STUCK: ReadonlyMap<string, `peertube${"NotUpdated" | "Progress" | "Completing"}`> = new Map([
  ["job-not-updated", "peertubeNotUpdated"],
  ["progress-unchanged", "peertubeProgress"],
  ["completing-too-long", "peertubeCompleting"],
]);

export const runnerStuck = {
  ...BUILT_IN,
  id: "runner-stuck",
  signal: "runner.stuck",
  critical: 1,
  pack: "peertube",
  line: { family: "runner", word: "stuck", place: 100 },
  remedy: ofSource(({ kind, because }) => (kind === "peertube" ? (STUCK.get(because ?? "") ?? null) : null)),
} as const satisfies BuiltInRule;
