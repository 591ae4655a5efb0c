import type { BrokerMemory, StatsFreshness } from "@/lib/collector/broker/memory";
import type { BrokerNode, Connection, Overview } from "@/lib/rabbitmq/api/broker";
import { type ChurnMemory, NO_CHURN, reconcile } from "@/lib/rabbitmq/clients/churn";
import { sessionId } from "@/lib/rabbitmq/sessions/advance";
import type { TrackedSessions } from "@/lib/rabbitmq/sessions/track";

interface NodesObserved {
  readonly nodes: readonly BrokerNode[] | null;
  readonly overview: Overview | null;
  readonly listed: readonly Connection[];
}

/**
 * A node has restarted when its uptime is below the last one, however long it was down. So has a lone node that answers
 * without an uptime (absent for the first 5 s, measured). `stop_app` and `start_app` leave the uptime running (measured),
 * but reset the counters of a lone node. A reset of the statistics alone does that too, and then known connections are
 * still listed.
 */
export function restartedNodes(before: BrokerMemory, seen: NodesObserved, nowMs: number): ReadonlySet<string> {
  const restarted = new Set<string>();
  const created = seen.overview?.connectionsCreated ?? null;
  const counterFell = created !== null && before.churn.created !== null && created < before.churn.created;
  const [only] = seen.nodes?.length === 1 ? seen.nodes : [];
  if (counterFell && only && !seen.listed.some((one) => before.open.has(sessionId(before.broker, one)))) {
    restarted.add(only.name);
  }
  for (const node of seen.nodes ?? []) {
    const known = before.nodes.find((one) => one.name === node.name);
    if (!known || !node.running) continue;
    const lastUptimeMs = before.uptimesMs.get(node.name) ?? null;
    const fell = lastUptimeMs !== null && node.uptimeMs !== null && node.uptimeMs < lastUptimeMs;
    const fresh = only !== undefined && lastUptimeMs !== null && node.uptimeMs === null;
    const cameUp = !known.running && node.uptimeMs !== null && node.uptimeMs < nowMs - (before.lastPollMs ?? nowMs);
    if (fell || fresh || cameUp) restarted.add(node.name);
  }
  return restarted;
}

/** The last known uptime of each node, ms. A restart is reported once, though the new uptime may come later. */
export function uptimesAfter(
  before: BrokerMemory,
  nodes: readonly BrokerNode[] | null,
  restarted: ReadonlySet<string>,
): ReadonlyMap<string, number> {
  const uptimes = new Map(before.uptimesMs);
  for (const { name, uptimeMs } of nodes ?? []) {
    if (uptimeMs !== null) uptimes.set(name, uptimeMs);
    else if (restarted.has(name)) uptimes.delete(name);
  }
  return uptimes;
}

/**
 * The nodes as their connections experience them. A cluster that gives up a hung node (after net_ticktime, 60 s) lists it
 * as running, but without statistics and connections, for about one poll (measured on 3.10.8): it counts as down.
 */
export const runningNodes = (
  before: readonly BrokerNode[],
  nodes: readonly BrokerNode[] | null,
): readonly BrokerNode[] | null =>
  nodes?.map((node) => {
    const muted = nodes.length > 1 && node.uptimeMs === null && uptimeOf(before, node.name) !== null;
    return muted ? { ...node, running: false } : node;
  }) ?? null;

/**
 * Sessions that were never listed, by the broker's counter. The counter is the sum over the nodes whose statistics can be
 * reached: when these nodes change it jumps by all that one of them ever counted (measured on 3.10.8), so the comparison
 * starts afresh. The two answers may be a poll apart, so the first number after a change is not used either.
 */
export function unseenSessions(
  before: BrokerMemory,
  seen: NodesObserved,
  opened: number,
): { readonly after: ChurnMemory; readonly unseen: number | null } {
  const known = before.nodes.length > 0 && seen.nodes !== null;
  const same = !known || nodesWithStats(before.nodes) === nodesWithStats(seen.nodes ?? []);
  return same
    ? reconcile(before.churn, seen.overview?.connectionsCreated ?? null, opened)
    : { after: NO_CHURN, unseen: null };
}

const nodesWithStats = (nodes: readonly BrokerNode[]): string =>
  JSON.stringify(nodes.flatMap((node) => (node.uptimeMs === null ? [] : [node.name])).sort());

const uptimeOf = (nodes: readonly BrokerNode[], name: string): number | null =>
  nodes.find((node) => node.name === name)?.uptimeMs ?? null;

/** When the statistics of each node last moved. A node that is not listed, or has no uptime, stays as it was. */
export function freshnessAfter(
  before: BrokerMemory,
  nodes: readonly BrokerNode[] | null,
  lagMs: number,
  nowMs: number,
): ReadonlyMap<string, StatsFreshness> {
  const freshness = new Map(before.statsFreshness);
  for (const { name, uptimeMs } of nodes ?? []) {
    const known = freshness.get(name);
    const moved = uptimeMs !== uptimeOf(before.nodes, name);
    if (known !== undefined && (!moved || uptimeMs === null)) continue;
    const hung = known !== undefined && nowMs - known.movedMs > lagMs + before.pollIntervalMs;
    const lastUptimeMs = before.uptimesMs.get(name) ?? null;
    freshness.set(name, {
      movedMs: nowMs,
      resumedMs: hung ? nowMs : (known?.resumedMs ?? null),
      stepsMs: stepsAfter(known?.stepsMs ?? [], lastUptimeMs, uptimeMs),
    });
  }
  return freshness;
}

/** A poll that came late has skipped emissions; one of so many in a row came in time. */
const STEPS_MAX = 5;

function stepsAfter(before: readonly number[], lastMs: number | null, uptimeMs: number | null): readonly number[] {
  if (lastMs === null || uptimeMs === null) return before;
  return uptimeMs <= lastMs ? [] : [...before, uptimeMs - lastMs].slice(-STEPS_MAX);
}

/**
 * The statistics interval (`collect_statistics_interval`), which no answer of the API has: a node emits its own statistics
 * at the same interval as those of its connections, so its uptime moves in steps of it (measured: 30,003 ms at
 * 30,000, on 3.10.8 and 4.3.6). Of several nodes the longest; null until one has moved twice.
 */
export function statsIntervalMs(freshness: ReadonlyMap<string, StatsFreshness>): number | null {
  const intervals = [...freshness.values()].flatMap(({ stepsMs }) =>
    stepsMs.length === 0 ? [] : [Math.min(...stepsMs)],
  );
  return intervals.length === 0 ? null : Math.max(...intervals);
}

interface Metered {
  readonly before: BrokerMemory;
  readonly tracked: TrackedSessions;
  readonly metrics: ReadonlyMap<string, unknown>;
  readonly nodes: readonly BrokerNode[] | null;
  readonly nowMs: number;
}

/**
 * The freshness of nodes without statistics of their own, whose metrics answered: their numbers are as fresh as the answer. The
 * time between two changes of one counter is at least the statistics interval, less one poll.
 */
export function withMeteredNodes(
  freshness: ReadonlyMap<string, StatsFreshness>,
  { before, tracked, metrics, nodes, nowMs }: Metered,
): ReadonlyMap<string, StatsFreshness> {
  const metered = (nodes ?? []).filter((node) => node.uptimeMs === null && metrics.has(node.name));
  if (metered.length === 0) return freshness;
  const after = new Map(freshness);
  for (const { name } of metered) {
    const gaps = [...tracked.open.values()].flatMap((session) => {
      const known = session.node === name ? before.open.get(session.id) : undefined;
      const hasMoved = known !== undefined && known.recvOct !== null && session.recvGrewMs > known.recvGrewMs;
      return hasMoved ? [session.recvGrewMs - known.recvGrewMs + before.pollIntervalMs] : [];
    });
    const steps = before.statsFreshness.get(name)?.stepsMs ?? [];
    const stepsMs = gaps.length === 0 ? steps : [...steps, Math.min(...gaps)].slice(-STEPS_MAX);
    after.set(name, { movedMs: nowMs, resumedMs: null, stepsMs });
  }
  return after;
}

/**
 * Whether the statistics of the connections on a node are fresh: those of the node itself move. After a hang a node shows
 * old statistics at first, and those of its connections move up to one lag later (measured: 6 s after SIGCONT). Until
 * then, silence measured on this node is ignored, and until its statistics interval is known. A node without statistics is
 * treated as fresh if any other node is.
 */
export const statsAreFresh =
  (freshness: ReadonlyMap<string, StatsFreshness>, before: BrokerMemory, lagMs: number, nowMs: number) =>
  (node: string | null): boolean => {
    const isFresh = ({ movedMs, resumedMs, stepsMs }: StatsFreshness): boolean =>
      stepsMs.length > 0 &&
      nowMs - movedMs <= lagMs + before.pollIntervalMs &&
      (resumedMs === null || nowMs - resumedMs > lagMs);
    const own = node === null ? undefined : freshness.get(node);
    return own === undefined ? freshness.size === 0 || [...freshness.values()].some(isFresh) : isFresh(own);
  };
