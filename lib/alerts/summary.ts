import type { Context, Labels } from "@/lib/alerts/measure";
import { SECOND } from "@/lib/time/duration";

/** How the alert stands: still open, or why it ended. */
type Outcome = "open" | "cleared" | "gone" | "no-rule";

export interface Told {
  /** The rule's id. */
  readonly rule: string;
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
   * - retry-backlog, retry-not-draining: `due`, `later`, `oldestDueSeconds`
   * - runner-silent: `name`, `silenceSeconds`, `limitSeconds`, `jobsRunning`, `because`
   * - clients-not-back: `missing` (names), `went`, `back`, `wentMs` and `nowMs` (epoch)
   * - broker-unreachable, source-unreachable: `because`
   * - client-not-consuming, client-consumers-gone: `ready`, `queues`, `consumers`, `consumersExpected`, `channels`
   * - client-publish-silent: `gapSeconds`, `publishedSeconds`
   * - client-unacked-pinned: `unacked`
   * - client-connections-leaked: `usually`; `sessionsOpen`
   * - client-blocked, broker-alarm: `alarm`
   * - all of a client's: `product`, `platform`
   */
  readonly context: Context;
  readonly outcome: Outcome;
  /** From the start of the alert to its end; only said of alerts that ended. */
  readonly lastedMs: number;
}

/** Names can be as long as their owners made them; a sentence has to fit a phone's notification. */
const NAME_LENGTH_MAX = 120;

/** One English sentence with the numbers seen, such as "scanner@media silent 41 s of 60 s, …". Never throws. */
export function summarise(told: Told): string {
  const lasted = duration(told.lastedMs / SECOND);
  switch (told.outcome) {
    case "open":
      return OPEN.get(told.rule)?.(told) ?? generic(told);
    case "cleared":
      return `${CLEARED.get(told.rule)?.(told) ?? `${subject(told)}: ${told.rule} is over${seen(told)}`}, after ${lasted}`;
    case "gone":
      return `${subject(told)} ended; ${told.rule} had lasted ${lasted}`;
    case "no-rule":
      return `${subject(told)}: nothing watches for ${told.rule} any more, it had lasted ${lasted}`;
    default:
      return told.outcome satisfies never;
  }
}

type Sentence = (told: Told) => string;

/** A map, since a rule of the file may be called like something every object has. */
const sentences = (of: Readonly<Record<string, Sentence>>): ReadonlyMap<string, Sentence> =>
  new Map(Object.entries(of));

const OPEN: ReadonlyMap<string, Sentence> = sentences({
  "heartbeat-late": (told) => {
    const silence = measured(told, "silenceSeconds");
    const of = measured(told, "timeoutSeconds");
    // The later end of the span: by then the broker has closed it for certain.
    const closeIn = measured(told, "closeInToSeconds") ?? measured(told, "closeInFromSeconds");
    const silent = silence === null ? `missed ${plural(told.value, "heartbeat")}` : `silent ${duration(silence)}`;
    const closes = closeIn === null ? "" : `, the broker will close it ${inAbout(closeIn)}`;
    return `${subject(told)} ${silent}${of === null || silence === null ? "" : ` of ${duration(of)}`}${closes} (inferred)`;
  },
  "client-flapping": (told) =>
    `${subject(told)} reconnected ${plural(told.value, "time")} in the last 10 min${lastEnd(told)}`,
  "client-lost": (told) => {
    const ended = measured(told, "endedMs");
    const now = measured(told, "nowMs");
    const since = ended === null || now === null ? "" : `, gone for ${duration((now - ended) / SECOND)}`;
    return `${subject(told)} has not come back${since}${lastEnd(told)} (inferred)`;
  },
  "clients-not-back": (told) => {
    const [went, back] = [measured(told, "went"), measured(told, "back")];
    const [wentMs, now] = [measured(told, "wentMs"), measured(told, "nowMs")];
    const ago = wentMs === null || now === null ? "" : ` ${duration((now - wentMs) / SECOND)} ago`;
    const others = went === null || back === null ? "" : `; ${number(back)} of ${number(went)} did`;
    const who = typeof told.context.missing === "string" ? cut(told.context.missing) : plural(told.value, "client");
    return `${who} did not come back after ${subject(told)} went${ago}${others} (inferred)`;
  },
  "retry-backlog": (told) => {
    const oldest = measured(told, "oldestDueSeconds");
    const waited = oldest === null ? "" : `, the oldest for ${duration(oldest)}`;
    return `${subject(told)} has ${plural(told.value, "retry", "retries")} due${waited}`;
  },
  "retry-not-draining": (told) => {
    const due = measured(told, "due");
    const retries = due === null ? "due retries" : `${plural(due, "due retry", "due retries")}`;
    return `${subject(told)}: ${retries} not draining for ${duration(told.value ?? 0)}`;
  },
  "runner-silent": (told) => {
    const silence = measured(told, "silenceSeconds");
    const limit = measured(told, "limitSeconds");
    const jobs = measured(told, "jobsRunning");
    const since = silence === null ? "silent" : `silent ${duration(silence)}`;
    const bound = limit === null ? "" : ` (limit ${duration(limit)})`;
    return `${subject(told)} ${since}${bound}${jobs === null ? "" : `, holding ${plural(jobs, "job")}`}`;
  },
  "broker-unreachable": (told) => `Lastbeat cannot see broker ${subject(told)}${because(told)}`,
  "source-unreachable": (told) => `Lastbeat cannot read ${subject(told)}${because(told)}`,
  "client-not-consuming": (told) => {
    const ready = measured(told, "ready");
    const waits =
      ready === null ? "" : ` while ${plural(ready, "message")} wait${ready === 1 ? "s" : ""}${inQueues(told)}`;
    return `${subject(told)} is connected and has consumed nothing for ${duration(told.value ?? 0)}${waits} (inferred); ${restart(told)}`;
  },
  "client-consumers-gone": (told) =>
    `${subject(told)} is connected and has had ${lostConsumers(told)} for ${duration(told.value ?? 0)} (inferred); ${restart(told)}`,
  "client-publish-silent": (told) => {
    const gap = measured(told, "gapSeconds");
    const usual = gap === null ? "" : `, usually every ${duration(Math.max(1, gap))}`;
    const remedy =
      told.context.product === "aiormq"
        ? "FastStream before 0.5.0 stops so when another broker object closes"
        : "look at its publisher and set publish timeouts";
    return `${subject(told)} has published nothing for ${duration(told.value ?? 0)}${usual}, and is still given work (inferred); ${remedy}`;
  },
  "client-unacked-pinned": (told) => {
    const unacked = measured(told, "unacked");
    const holds = unacked === null ? "all it may hold" : `${plural(unacked, "message")}, all it may`;
    return `${subject(told)} holds ${holds}, and has acknowledged none for ${duration(told.value ?? 0)}; look for a hung handler`;
  },
  "client-blocked": (told) =>
    `${subject(told)} has been blocked from publishing for ${duration(told.value ?? 0)}${alarm(told)}`,
  "client-connections-leaked": (told) => {
    const open = measured(told, "sessionsOpen");
    const usually = measured(told, "usually");
    const against = usually === null ? "" : `, usually ${number(usually)}`;
    const count = open === null ? `${number(told.value ?? 0)} connections too many` : plural(open, "connection");
    return `${subject(told)} has ${count}${against} (inferred); it should use one again instead of opening more`;
  },
  "broker-alarm": (told) => `Broker ${subject(told)} blocks publishers${alarm(told)}`,
});

const CLEARED: ReadonlyMap<string, Sentence> = sentences({
  // The silence is over either way; only one of the two is good news.
  "heartbeat-late": (told) =>
    told.context.sessionsOpen === 0
      ? `${subject(told)}: the silent session ended${typeof told.context.reason === "string" ? ` (${told.context.reason})` : ""}`
      : `${subject(told)} is beating again`,
  "client-flapping": (told) => `${subject(told)} has stayed connected for 10 min`,
  "client-lost": (told) => `${subject(told)} is back`,
  "clients-not-back": (told) => `everyone who went with ${subject(told)} is back, or has left`,
  "retry-backlog": (told) => `${subject(told)} is down to ${plural(told.value, "retry", "retries")} due`,
  "retry-not-draining": (told) => `${subject(told)}: due retries are draining again`,
  "runner-silent": (told) => `${subject(told)} was heard from again`,
  "broker-unreachable": (told) => `Lastbeat sees broker ${subject(told)} again`,
  "source-unreachable": (told) => `Lastbeat can read ${subject(told)} again`,
  "client-not-consuming": (told) => {
    if (measured(told, "consumers") === 0) return unlessGone(told, "still consumes nothing, but nothing waits for it");
    return unlessGone(told, "consumes again");
  },
  "client-consumers-gone": (told) => unlessGone(told, "consumes again"),
  "client-publish-silent": (told) =>
    unlessGone(told, measured(told, "publishedSeconds") === 0 ? "publishes again" : "is no longer given work"),
  "client-unacked-pinned": (told) => unlessGone(told, "no longer holds all it may"),
  "client-blocked": (told) => unlessGone(told, "is no longer blocked"),
  "client-connections-leaked": (told) => {
    const open = measured(told, "sessionsOpen");
    return unlessGone(told, open === null ? "has let its connections go" : `is down to ${plural(open, "connection")}`);
  },
  "broker-alarm": (told) => `Broker ${subject(told)} lets publishers go on`,
});

const unlessGone = (told: Told, what: string): string =>
  `${subject(told)} ${told.context.sessionsOpen === 0 ? "is no longer connected" : what}`;

const inQueues = ({ context }: Told): string =>
  typeof context.queues === "string" && context.queues !== "" ? ` in ${cut(context.queues)}` : "";

const lostConsumers = (told: Told): string => {
  const expected = measured(told, "consumersExpected");
  return expected === null ? "no consumer" : `none of its ${plural(expected, "consumer")}`;
};

const alarm = ({ context }: Told): string => (typeof context.alarm === "string" ? `: ${context.alarm}` : "");

/** What is known of the products that come back without their consumer (facts of RoadRunner's and aio-pika's issues). */
function restart(told: Told): string {
  const { product, platform } = told.context;
  if (product === "aiormq") return "restart it; aio-pika before 9.4.1 needs an upgrade";
  if (platform !== "golang") return "restart it";
  const channels = measured(told, "channels");
  const lacks = channels === 2 ? " (2 channels, RoadRunner has 3 while it consumes)" : "";
  return `restart it${lacks}; RoadRunner before 2025.1 needs an upgrade`;
}

const generic: Sentence = (told) =>
  `${subject(told)}: ${told.rule}${seen(told)}${Number.isNaN(told.threshold) ? "" : `, threshold ${number(told.threshold)}`}`;

const seen = ({ value }: Told): string => (value === null ? "" : ` at ${number(value)}`);

/** Who the alert is about: the name handed along, else the labels from the most telling one on. */
function subject({ labels, context }: Told): string {
  const name = context.name;
  if (typeof name === "string" && name !== "") return cut(name);
  const { client, runner, source, broker, queue } = labels;
  if (client !== undefined || runner !== undefined) return cut(client ?? runner ?? "");
  const parts = [source ?? broker, queue].filter((part) => part !== undefined);
  return cut(parts.length > 0 ? parts.join("/") : Object.values(labels).join(" ") || "everything");
}

const cut = (text: string): string => (text.length > NAME_LENGTH_MAX ? `${text.slice(0, NAME_LENGTH_MAX - 1)}…` : text);

const because = ({ context }: Told): string => (typeof context.because === "string" ? `: ${context.because}` : "");

const lastEnd = ({ context }: Told): string =>
  typeof context.reason === "string" ? `, last end: ${context.reason}` : "";

const measured = ({ context }: Told, name: string): number | null => {
  const value = context[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
};

const inAbout = (secondsLeft: number): string => (secondsLeft <= 0 ? "now" : `in about ${duration(secondsLeft)}`);

/** Seconds up to two minutes, where a heartbeat is counted in them; then the two largest units. */
function duration(given: number): string {
  const total = Math.max(0, Math.round(given));
  if (total < 120) return `${total} s`;
  const minutes = Math.floor(total / 60);
  if (minutes < 60) return pair(minutes, "min", total % 60, "s");
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? pair(hours, "h", minutes % 60, "min") : pair(Math.floor(hours / 24), "d", hours % 24, "h");
}

const pair = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;

const number = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 2 });

function plural(value: number | null, one: string, many = `${one}s`): string {
  if (value === null) return `an unknown number of ${many}`;
  return `${number(value)} ${value === 1 ? one : many}`;
}
