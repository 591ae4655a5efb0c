import { done, failed, type Result } from "@/lib/base/errors/failure";
import { reason } from "@/lib/base/messages/because";

/** What one connection's reader process has counted since it began. null where the line was absent. */
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
// RabbitMQ writes the reader's pid into a label called "channel", from 3.10 to 4.3.5 (source); an own label may stand beside it.
const LABEL = 'channel="';
const NODE = /^rabbitmq_identity_info\{(?:.*?,)?rabbitmq_node="([^"]+)"/m;

/**
 * Reads the Prometheus text of one node. The node's name stands in `rabbitmq_identity_info`; without it nobody can say
 * whose pids these are, so the answer is refused. Numbers are octets, as `recv_oct` and `send_oct` of the list.
 */
export function parseMetrics(text: string): Result<NodeMetrics> {
  const node = NODE.exec(text)?.[1];
  if (node === undefined) {
    return failed({
      code: "bad-answer",
      retry: true,
      detail: reason("noMetric", { where: "metricsUrl", name: "rabbitmq_identity_info" }),
    });
  }
  const octets = new Map<string, { recvOct: number | null; sendOct: number | null }>();
  const unreadable =
    eachLine(text, RECEIVED, (pid, value) => void octets.set(pid, { recvOct: value, sendOct: null })) +
    eachLine(text, SENT, (pid, value) => {
      const known = octets.get(pid);
      if (known) known.sendOct = value;
      else octets.set(pid, { recvOct: null, sendOct: value });
    });
  return done({ node, octets, unreadable });
}

/**
 * Calls `take` for each line of one counter and returns how many could not be read. A scanner and no split: 10,000
 * connections are 30,000 lines, and each would become a string of its own.
 */
function eachLine(text: string, counter: string, take: (pid: string, value: number) => void): number {
  let unreadable = 0;
  for (let at = lineFrom(text, counter, 0); at >= 0; ) {
    const found = text.indexOf("\n", at);
    const end = found < 0 ? text.length : found;
    if (!readLine(text, at + counter.length, end, take)) unreadable++;
    at = text.startsWith(counter, end + 1) ? end + 1 : lineFrom(text, counter, end);
  }
  return unreadable;
}

/** Where the next line of the counter starts, or -1. */
function lineFrom(text: string, counter: string, from: number): number {
  if (from === 0 && text.startsWith(counter)) return 0;
  const found = text.indexOf(`\n${counter}`, from);
  return found < 0 ? -1 : found + 1;
}

function readLine(text: string, from: number, end: number, take: (pid: string, value: number) => void): boolean {
  const label = text.startsWith(LABEL, from) ? from : text.indexOf(LABEL, from);
  if (label < 0 || label > end) return false;
  const pidEnd = text.indexOf('"', label + LABEL.length);
  const close = text.indexOf("} ", label);
  if (close < 0 || close > end || pidEnd > close) return false;
  // What follows a second space is the exporter's own time stamp.
  const value = Number.parseFloat(text.slice(close + 2, end));
  if (!Number.isFinite(value)) return false;
  take(text.slice(label + LABEL.length, pidEnd), value);
  return true;
}
