import { SHARE } from "@/lib/rabbitmq/api/reach";

/**
 * How the connections of a broker are read. `list`: one request with statistics. `identity`: a list of names without
 * statistics, and octets from the nodes' metrics, joined by the pid of each connection's reader.
 */
export interface ListingStrategy {
  readonly is: "list" | "identity";
  /** The key of the sentence in the messages, `listingStrategy.<because>`. */
  readonly because: StrategyReason;
}

type StrategyReason = "few" | "cheaper" | "no-metrics" | "metrics-failed" | "pids-unknown" | "alarm";

/**
 * Measured on RabbitMQ 3.10.8, two cores: the gzip'd list of 5,000 costs the broker 0.3 to 0.4 s of a core, that of
 * 10,000 0.7 to 1.3 s; identity and metrics of 10,000 cost 0.15 s. Below this many both are cheap, and the list
 * needs no second port and no pids.
 */
const CONNECTIONS_FOR_IDENTITY = 5_000;
/** Hysteresis: a broker that hovers around the threshold must not switch strategy at every poll. */
const CONNECTIONS_FOR_LIST = 4_000;
/** Connections without a known pid have no octets and cannot be late; more than one in a hundred is too many. */
const PIDS_SHARE_MIN = 0.99;

interface ListingConditions {
  /** Open connections at the last poll. */
  readonly connections: number;
  /** Of those, the ones whose reader's pid is known. */
  readonly pidsKnown: number;
  /** How long the last list with statistics took, ms; null before the first. */
  readonly listMs: number | null;
  readonly intervalMs: number;
  /** `none`: no metricsUrl is configured. */
  readonly metrics: "none" | "works" | "failed";
  /** A node has a memory or disk alarm. Only the list shows which connections are blocked, and those are not late. */
  readonly alarm: boolean;
}

export const INITIAL_STRATEGY: ListingStrategy = { is: "list", because: "few" };

/** The strategy of the next poll: the cheapest that is correct. */
export function chooseStrategy(before: ListingStrategy, now: ListingConditions): ListingStrategy {
  if (!isListExpensive(before, now)) return { is: "list", because: "few" };
  if (now.metrics === "none") return { is: "list", because: "no-metrics" };
  if (now.metrics === "failed") return { is: "list", because: "metrics-failed" };
  if (now.alarm) return { is: "list", because: "alarm" };
  if (now.pidsKnown < now.connections * PIDS_SHARE_MIN) return { is: "list", because: "pids-unknown" };
  return { is: "identity", because: "cheaper" };
}

/**
 * By the number of connections, or because this broker is slow with fewer. Hysteresis: the list returns well below
 * either.
 */
function isListExpensive(before: ListingStrategy, now: ListingConditions): boolean {
  const share = ((now.listMs ?? 0) * SHARE) / now.intervalMs;
  if (before.because === "few") return now.connections > CONNECTIONS_FOR_IDENTITY || share > 1;
  return now.connections >= CONNECTIONS_FOR_LIST || share > 0.5;
}
