import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";
import { MINUTE } from "@/lib/base/time/duration";

type System =
  | "bitmagnet"
  | "kyoo"
  | "river"
  | "oban"
  | "graphile"
  | "procrastinate"
  | "solidQueue"
  | "goodJob"
  | "laravel";
type OrphanedRemedy = "orphaned" | "peertubeNotUpdated" | `${System}Orphaned`;

const ORPHANED: ReadonlyMap<string, OrphanedRemedy> = new Map([
  ["bitmagnet", "bitmagnetOrphaned"],
  ["peertube", "peertubeNotUpdated"],
  ["kyoo", "kyooOrphaned"],
  ["river", "riverOrphaned"],
  ["oban", "obanOrphaned"],
  ["graphile-worker", "graphileOrphaned"],
  ["procrastinate", "procrastinateOrphaned"],
  ["solid-queue", "solidQueueOrphaned"],
  ["good-job", "goodJobOrphaned"],
  ["laravel", "laravelOrphaned"],
]);

/** The systems' own rescuers run every few minutes: jobs that they leave are never rescued. */
export const jobsOrphaned = {
  ...BUILT_IN,
  id: "jobs-orphaned",
  signal: "jobs.stuck",
  warning: 1,
  forMs: 5 * MINUTE,
  inferred: true,
  pack: "work",
  line: { family: "jobs", word: "stuck", place: 250 },
  remedy: ofSource(({ kind }) => ORPHANED.get(kind) ?? "orphaned"),
} as const satisfies BuiltInRule;
