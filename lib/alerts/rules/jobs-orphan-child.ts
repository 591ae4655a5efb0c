import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";
import { MINUTE } from "@/lib/base/time/duration";

/** PeerTube releases the children of a job when it ends; a child that waits five minutes later is never released. */
export const jobsOrphanChild = {
  ...BUILT_IN,
  id: "jobs-orphan-child",
  signal: "jobs.orphans",
  warning: 1,
  forMs: 5 * MINUTE,
  pack: "peertube",
  line: { family: "jobs", word: "stuck", place: 260 },
  remedy: ofSource(({ kind }) => (kind === "peertube" ? "peertubeOrphanChild" : null)),
} as const satisfies BuiltInRule;
