import type { Context } from "@/lib/alerts/model/reading";
import type { en } from "@/lib/base/messages/en";

/** The name of a remedy in the catalogue of messages, where it stands in every language. */
export type Remedy = keyof typeof en.remedies;

/**
 * What to do about an alert on a source or runner of a certain product and version; null where nothing better is known
 * than to look. `context` is that of the alert's reading: `kind` of the source, `generation` of its schema, `cause` of
 * a backlog, `because` of a runner's state.
 */
export function remedyOf(rule: string, context: Context): Remedy | null {
  const kind = word(context.kind);
  // Without its kind nothing is known of a product.
  if (kind === null) return null;
  switch (rule) {
    case "retry-conflict-loop":
      return ofBacklog(kind, "conflict");
    case "retry-backlog":
    case "retry-not-draining":
      return ofBacklog(kind, word(context.cause));
    case "jobs-not-taken":
      return kind === "kyoo" && word(context.leader) === "absent" ? "kyooLeaderless" : ofBacklog(kind, "not-taken");
    case "source-unreachable":
      return UNREACHABLE.get(kind) ?? null;
    case "jobs-orphaned":
      return ORPHANED.get(kind) ?? "orphaned";
    case "runner-silent":
      return kind === "peertube" ? "peertubeSilent" : "runnerSilent";
    case "runner-missing":
      return kind === "peertube" ? "peertubeMissing" : "runnerMissing";
    default:
      return kind === "peertube"
        ? ofPeertube(rule, word(context.because))
        : (OF_ONE_KIND.get(`${rule} ${kind}`) ?? null);
  }
}

/** What to do about a client that does not beat: known of libraries whose one loop or thread has to beat as well. */
export const remedyForLate = (product: string | null): Remedy | null =>
  product === null ? null : (LATE.get(product) ?? null);

/** aiormq answers with its own timeout whatever the broker proposes (connection.py, `heartbeat_timeout`). */
const LATE: ReadonlyMap<string, Remedy> = new Map([
  ["aiormq", "aiormqLate"],
  ["Pika Python Client Library", "pikaLate"],
]);

const word = (value: Context[string] | undefined): string | null => (typeof value === "string" ? value : null);

/** `cause` is a `BacklogCause`. */
function ofBacklog(kind: string, cause: string | null): Remedy | null {
  const bitmagnet = kind === "bitmagnet";
  if (cause === "conflict") return bitmagnet ? "bitmagnetConflict" : null;
  if (cause === "not-taken") return NOT_TAKEN.get(kind) ?? "notTaken";
  if (cause === "starved") return bitmagnet ? "bitmagnetStarved" : "starved";
  if (cause === "one-error") return bitmagnet ? "bitmagnetOneError" : "oneError";
  return null;
}

/** Deaf, stuck and bouncing are told apart by PeerTube's own rules only. */
function ofPeertube(rule: string, because: string | null): Remedy | null {
  if (rule === "jobs-orphan-child") return "peertubeOrphanChild";
  if (rule === "runner-deaf") return "peertubeDeaf";
  if (rule === "runner-bouncing") return "peertubeBouncing";
  return rule === "runner-stuck" && because !== null ? (STUCK.get(because) ?? null) : null;
}

const NOT_TAKEN: ReadonlyMap<string, Remedy> = new Map([
  ["bitmagnet", "bitmagnetNotTaken"],
  ["peertube", "peertubeNotTaken"],
  ["kyoo", "kyooNotTaken"],
]);

/** An application that does not answer is down, or its own loop is held up; of a database the reason says enough. */
const UNREACHABLE: ReadonlyMap<string, Remedy> = new Map([
  ["roadrunner", "roadrunnerUnreachable"],
  ["faststream", "faststreamUnreachable"],
]);

const OF_ONE_KIND: ReadonlyMap<string, Remedy> = new Map([
  ["application-redialing roadrunner", "roadrunnerRedialing"],
  ["pipeline-broken roadrunner", "roadrunnerBroken"],
  ["pipeline-not-consuming roadrunner", "roadrunnerNotConsuming"],
  ["pipeline-gave-up roadrunner", "roadrunnerGaveUp"],
  ["subscriber-publish-silent faststream", "faststreamPublishSilent"],
  ["leader-absent kyoo", "kyooLeaderless"],
  ["open-rows bitmagnet", "bitmagnetOpenRows"],
]);

const ORPHANED: ReadonlyMap<string, Remedy> = new Map([
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

const STUCK: ReadonlyMap<string, Remedy> = new Map([
  ["job-not-updated", "peertubeNotUpdated"],
  ["progress-unchanged", "peertubeProgress"],
  ["completing-too-long", "peertubeCompleting"],
]);
