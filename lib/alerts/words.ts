import type { Context, Labels } from "@/lib/alerts/measure";
import type { Condition } from "@/lib/alerts/rule";

/** How the alert stands: still open, or why it ended. */
type Outcome = "open" | "cleared" | "gone" | "no-rule";

export interface Told {
  /** The rule's id. */
  readonly rule: string;
  /** What of which signal is compared; absent: the value itself. */
  readonly condition?: Condition;
  readonly signal?: string;
  readonly labels: Labels;
  /** In the signal's unit; null is "not measured". */
  readonly value: number | null;
  readonly threshold: number;
  /**
   * What the sentence can use where it is measured, durations in seconds:
   * - heartbeat-late: `name`, `silenceSeconds`, `timeoutSeconds`, `closeInFromSeconds`, `closeInToSeconds`;
   *   `sessionsOpen` and `reason` once it ended
   * - client-flapping: `name`, `reason` (why its last session ended)
   * - client-lost: `name`, `reason`, `endedMs` and `nowMs` (epoch)
   * - all of a source's: `kind`, `generation`
   * - retry-backlog, retry-not-draining, retry-conflict-loop, jobs-not-taken: `due`, `later`, `oldestDueSeconds`,
   *   `waiting`, `conflicts`, `cause`; of a conflict loop `updates`, `rollbacks`, `windowSeconds`
   * - application-redialing, pipeline-broken: `pipelines` (those the broker shows apart); pipeline-*: `client`
   * - leader-absent: `waiting`; of Kyoo's also `leader`
   * - runner-silent and all of a runner's: `name`, `silenceSeconds`, `limitSeconds`, `jobsRunning`, `because`,
   *   `missingSeconds`
   * - runners-short: `present`, `expected`
   * - clients-not-back: `missing` (names), `went`, `back`, `wentMs` and `nowMs` (epoch)
   * - broker-unreachable, source-unreachable: `because`
   * - client-not-consuming, client-consumers-gone: `ready`, `queues`, `consumers`, `consumersExpected`, `channels`
   * - client-publish-silent: `gapSeconds`, `publishedSeconds`
   * - client-unacked-pinned: `unacked`
   * - client-connections-leaked: `usually`; `sessionsOpen`
   * - client-blocked, broker-alarm: `alarm`
   * - all of a client's: `product`, `platform`
   * - rates and forecasts: `valueNow`, `slopePerMinute`
   */
  readonly context: Context;
  readonly outcome: Outcome;
  /** From the start of the alert to its end; only said of alerts that ended. */
  readonly lastedMs: number;
}

export type Sentence = (told: Told) => string;

/** Names can be as long as their owners made them; a sentence has to fit a phone's notification. */
const NAME_LENGTH_MAX = 120;

/** Who the alert is about: the name handed along, else the labels from the most telling one on. */
export function subject({ labels, context }: Told): string {
  const name = context.name;
  if (typeof name === "string" && name !== "") return cut(name);
  const { client, runner, source, broker, queue } = labels;
  if (client !== undefined || runner !== undefined) return cut(client ?? runner ?? "");
  const parts = [source ?? broker, queue].filter((part) => part !== undefined);
  return cut(parts.length > 0 ? parts.join("/") : Object.values(labels).join(" ") || "everything");
}

export const cut = (text: string): string =>
  text.length > NAME_LENGTH_MAX ? `${text.slice(0, NAME_LENGTH_MAX - 1)}…` : text;

export const measured = ({ context }: Told, name: string): number | null => {
  const value = context[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
};

/** Seconds up to two minutes, where a heartbeat is counted in them; then the two largest units. */
export function duration(given: number): string {
  const total = Math.max(0, Math.round(given));
  if (total < 120) return `${total} s`;
  const minutes = Math.floor(total / 60);
  if (minutes < 60) return pair(minutes, "min", total % 60, "s");
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? pair(hours, "h", minutes % 60, "min") : pair(Math.floor(hours / 24), "d", hours % 24, "h");
}

const pair = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;

/** Made once: `toLocaleString` makes one at each call, and a back-test says a hundred thousand sentences. */
const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

export const number = (value: number): string => NUMBER.format(value);

export function plural(value: number | null, one: string, many = `${one}s`): string {
  if (value === null) return `an unknown number of ${many}`;
  return `${number(value)} ${value === 1 ? one : many}`;
}
