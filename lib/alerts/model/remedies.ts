import type { Context } from "@/lib/base/messages/sentence/context";

/** What remedies of sources and runners depend on; each but the kind is null where the reading does not have it. */
interface SourceFacts {
  readonly kind: string;
  /** A `BacklogCause`. */
  readonly cause: string | null;
  /** The reason of a runner's state. */
  readonly because: string | null;
  /** Whether a leader holds its lock. */
  readonly leader: string | null;
}

/** A remedy that depends on the kind of the source; without the kind nothing is known of the product. */
export const ofSource =
  <Remedy extends string>(remedyOf: (facts: SourceFacts) => Remedy | null) =>
  ({ kind, cause, because, leader }: Context): Remedy | null =>
    typeof kind === "string"
      ? remedyOf({ kind, cause: textOf(cause), because: textOf(because), leader: textOf(leader) })
      : null;

const textOf = (value: Context[string] | undefined): string | null => (typeof value === "string" ? value : null);

type NotPickedUp = "bitmagnetNotTaken" | "peertubeNotTaken" | "kyooNotTaken";
type BacklogRemedy =
  | "bitmagnetConflict"
  | "bitmagnetStarved"
  | "bitmagnetOneError"
  | "notTaken"
  | "starved"
  | "oneError"
  | NotPickedUp;

/** The remedy of a backlog by its cause, a `BacklogCause`. */
export function backlogRemedy(kind: string, cause: string | null): BacklogRemedy | null {
  const bitmagnet = kind === "bitmagnet";
  if (cause === "conflict") return bitmagnet ? "bitmagnetConflict" : null;
  if (cause === "not-taken") return NOT_PICKED_UP.get(kind) ?? "notTaken";
  if (cause === "starved") return bitmagnet ? "bitmagnetStarved" : "starved";
  if (cause === "one-error") return bitmagnet ? "bitmagnetOneError" : "oneError";
  return null;
}

const NOT_PICKED_UP: ReadonlyMap<string, NotPickedUp> = new Map([
  ["bitmagnet", "bitmagnetNotTaken"],
  ["peertube", "peertubeNotTaken"],
  ["kyoo", "kyooNotTaken"],
]);
