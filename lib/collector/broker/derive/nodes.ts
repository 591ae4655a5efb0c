import type { BrokerMemory, StatsFreshness } from "@/lib/collector/broker/memory";
import type { BrokerNode, Connection, Overview } from "@/lib/rabbitmq/api/broker";
import { type ChurnMemory, NO_CHURN, reconcile } from "@/lib/rabbitmq/clients/churn";
import { sessionId } from "@/lib/rabbitmq/sessions/advance";

interface NodesObserved {
  readonly nodes: readonly BrokerNode[] | null;
  readonly overview: Overview | null;
  readonly listed: readonly Connection[];
}

/**
 * A node restarted when its uptime is below what it last was, however long it was down between. A lone node also when
 * it answers and has no uptime yet (absent for the first 5 s, measured). `stop_app` and `start_app` leave the uptime
 * running (measured), but a lone node's counters begin anew; they do so as well when only the statistics are reset,
 * and then somebody who was there before is still there.
 */
export function restartedNodes(before: BrokerMemory, seen: NodesObserved, nowMs: number): ReadonlySet<string> {
  const restarted = new Set<string>();
  const created = seen.overview?.connectionsCreated ?? null;
  const anew = created !== null && before.churn.created !== null && created < before.churn.created;
  const [only] = seen.nodes?.length === 1 ? seen.nodes : [];
  if (anew && only && !seen.listed.some((one) => before.open.has(sessionId(before.broker, one)))) {
    restarted.add(only.name);
  }
  for (const node of seen.nodes ?? []) {
    const known = before.nodes.find((one) => one.name === node.name);
    if (!known || !node.running) continue;
    const toldMs = before.uptimesMs.get(node.name) ?? null;
    const fell = toldMs !== null && node.uptimeMs !== null && node.uptimeMs < toldMs;
    const fresh = only !== undefined && toldMs !== null && node.uptimeMs === null;
    const cameUp = !known.running && node.uptimeMs !== null && node.uptimeMs < nowMs - (before.lastPollMs ?? nowMs);
    if (fell || fresh || cameUp) restarted.add(node.name);
  }
  return restarted;
}

/** The last uptime each node told, ms. One that restarted is told of once, though its uptime may come later. */
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
 * The nodes as far as their connections are concerned. A cluster that gives up a hung node (after net_ticktime, 60 s)
 * lists it as running, without its numbers and its connections, for a poll or so (measured on 3.10.8): it is down.
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
 * Sessions nobody saw, by the broker's counter. It is the sum over the nodes whose statistics can be reached: when
 * these change it jumps by all that one of them ever counted (measured on 3.10.8), and the comparison begins anew. The
 * two answers may be a poll apart, so the first number after a change is not trusted either.
 */
export function unseenSessions(
  before: BrokerMemory,
  seen: NodesObserved,
  opened: number,
): { readonly after: ChurnMemory; readonly unseen: number | null } {
  const known = before.nodes.length > 0 && seen.nodes !== null;
  const same = !known || tellers(before.nodes) === tellers(seen.nodes ?? []);
  return same
    ? reconcile(before.churn, seen.overview?.connectionsCreated ?? null, opened)
    : { after: NO_CHURN, unseen: null };
}

const tellers = (nodes: readonly BrokerNode[]): string =>
  JSON.stringify(nodes.flatMap((node) => (node.uptimeMs === null ? [] : [node.name])).sort());

const uptimeOf = (nodes: readonly BrokerNode[], name: string): number | null =>
  nodes.find((node) => node.name === name)?.uptimeMs ?? null;

/** What is remembered of whether each node's numbers move. One that is not listed, or tells nothing, keeps its last. */
export function freshnessAfter(
  before: BrokerMemory,
  nodes: readonly BrokerNode[] | null,
  lagMs: number,
  nowMs: number,
): ReadonlyMap<string, StatsFreshness> {
  const pulses = new Map(before.statsFreshness);
  for (const { name, uptimeMs } of nodes ?? []) {
    const known = pulses.get(name);
    const moved = uptimeMs !== uptimeOf(before.nodes, name);
    if (known !== undefined && (!moved || uptimeMs === null)) continue;
    const stood = known !== undefined && nowMs - known.movedMs > lagMs + before.pollIntervalMs;
    pulses.set(name, { movedMs: nowMs, resumedMs: stood ? nowMs : (known?.resumedMs ?? null) });
  }
  return pulses;
}

/**
 * Whether the numbers of connections on a node are to be believed: its own move. A node that hung shows old ones at
 * first, and those of its connections move up to a lag after its own (measured: 6 s after SIGCONT); until then who
 * was silent for as long as it hung is not known to be silent. A node never heard of is believed if any other is.
 */
export const statsAreFresh =
  (pulses: ReadonlyMap<string, StatsFreshness>, before: BrokerMemory, lagMs: number, nowMs: number) =>
  (node: string | null): boolean => {
    const well = ({ movedMs, resumedMs }: StatsFreshness): boolean =>
      nowMs - movedMs <= lagMs + before.pollIntervalMs && (resumedMs === null || nowMs - resumedMs > lagMs);
    const pulse = node === null ? undefined : pulses.get(node);
    return pulse === undefined ? pulses.size === 0 || [...pulses.values()].some(well) : well(pulse);
  };
