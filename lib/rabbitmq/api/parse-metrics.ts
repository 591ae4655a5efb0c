import { done, failed, type Result } from "@/lib/base/errors/failure";
import { labelReader, scanSamples } from "@/lib/base/http/prometheus";
import { reason } from "@/lib/base/messages/reason";

/** What the reader process of one connection has counted since it started. null if the line was absent. */
export interface Octets {
  readonly recvOct: number | null;
  readonly sendOct: number | null;
}

/** One node's `/metrics/detailed?family=connection_coarse_metrics`, by the reader's pid `<0.N.M>`. */
export interface NodeMetrics {
  readonly node: string;
  readonly octets: ReadonlyMap<string, Octets>;
  /** Lines of the two counters that could not be read. */
  readonly unreadable: number;
}

const FAMILY = "rabbitmq_detailed_connection_";
const RECEIVED = `${FAMILY}incoming_bytes_total{`;
const SENT = `${FAMILY}outgoing_bytes_total{`;
// RabbitMQ writes the reader's pid into a label called "channel", from 3.10 to 4.3.5 (source). Relabelling may add
// others.
const readPid = labelReader("channel");
const IDENTITY = "rabbitmq_identity_info{";
const readNode = labelReader("rabbitmq_node");

/**
 * Reads the Prometheus text of one node. `rabbitmq_identity_info` has the node's name. An answer without it is refused,
 * because pids are unique only within a node. Numbers are octets, as `recv_oct` and `send_oct` of the list.
 */
export function parseMetrics(text: string): Result<NodeMetrics> {
  let node: string | undefined;
  scanSamples(text, IDENTITY, (_, _value, from, to) => {
    node ??= readNode(text, from, to);
  });
  if (node === undefined) {
    return failed({
      code: "bad-answer",
      retry: true,
      reason: reason("metricMissing", { where: "metricsUrl", name: "rabbitmq_identity_info" }),
    });
  }
  const octets = new Map<string, { recvOct: number | null; sendOct: number | null }>();
  const unreadable =
    scanOctets(text, RECEIVED, (pid, value) => void octets.set(pid, { recvOct: value, sendOct: null })) +
    scanOctets(text, SENT, (pid, value) => {
      const row = octets.get(pid);
      if (row) row.sendOct = value;
      else octets.set(pid, { recvOct: null, sendOct: value });
    });
  return done({ node, octets, unreadable });
}

/** Calls `visit` for each sample of one counter and returns how many lines could not be read. */
function scanOctets(text: string, counter: string, visit: (pid: string, value: number) => void): number {
  let withoutPid = 0;
  const unreadable = scanSamples(text, counter, (_, value, from, to) => {
    const pid = readPid(text, from, to);
    if (pid === undefined) withoutPid++;
    else visit(pid, value);
  });
  return unreadable + withoutPid;
}
