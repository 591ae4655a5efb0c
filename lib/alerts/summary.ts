import { remedyOfLate } from "@/lib/alerts/remedy";
import { CLEARED_CONDITION, OPEN_CONDITION } from "@/lib/alerts/summary-condition";
import { CLEARED_WORK, OPEN_WORK, remedy } from "@/lib/alerts/summary-work";
import { cut, duration, measured, number, plural, type Sentence, subject, type Told } from "@/lib/alerts/words";
import { en } from "@/lib/messages/en";
import { SECOND } from "@/lib/time/duration";

/** One English sentence with the numbers seen, such as "scanner@media silent 41 s of 60 s, …". Never throws. */
export function summarise(told: Told): string {
  const lasted = duration(told.lastedMs / SECOND);
  const kind = told.condition?.kind ?? "value";
  switch (told.outcome) {
    case "open":
      return (OPEN_CONDITION.get(kind) ?? OPEN.get(told.rule) ?? generic)(told);
    case "cleared":
      return `${(CLEARED_CONDITION.get(kind) ?? CLEARED.get(told.rule))?.(told) ?? `${subject(told)}: ${told.rule} is over${seen(told)}`}, after ${lasted}`;
    case "gone":
      return `${subject(told)} ended; ${told.rule} had lasted ${lasted}`;
    case "no-rule":
      return `${subject(told)}: nothing watches for ${told.rule} any more, it had lasted ${lasted}`;
    default:
      return told.outcome satisfies never;
  }
}

/** A map, since a rule of the file may be called like something every object has. */
const sentences = (of: Readonly<Record<string, Sentence>>): ReadonlyMap<string, Sentence> =>
  new Map(Object.entries(of));

const OPEN: ReadonlyMap<string, Sentence> = sentences({
  ...OPEN_WORK,
  "heartbeat-late": (told) => {
    const silence = measured(told, "silenceSeconds");
    const of = measured(told, "timeoutSeconds");
    // The later end of the span: by then the broker has closed it for certain.
    const closeIn = measured(told, "closeInToSeconds") ?? measured(told, "closeInFromSeconds");
    const silent = silence === null ? `missed ${plural(told.value, "heartbeat")}` : `silent ${duration(silence)}`;
    const closes = closeIn === null ? "" : `, the broker will close it ${inAbout(closeIn)}`;
    const limit = of === null || silence === null ? "" : ` of ${duration(of)}`;
    return `${subject(told)} ${silent}${limit}${closes} (inferred)${beatAgain(told)}`;
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
  "broker-unreachable": (told) => `Lastbeat cannot see broker ${subject(told)}${because(told)}`,
  "source-unreachable": (told) => `Lastbeat cannot read ${subject(told)}${because(told)}${remedy(told)}`,
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
  "webhook-failing": (told) =>
    `Webhook ${subject(told)} has accepted nothing for ${duration(told.value ?? 0)}${delayed(told)}`,
  "webhook-dead": (told) => {
    const dead = plural(told.value ?? 0, "delivery", "deliveries");
    return `${dead} to webhook ${subject(told)} ${told.value === 1 ? "was" : "were"} given up and can be replayed`;
  },
});

const CLEARED: ReadonlyMap<string, Sentence> = sentences({
  ...CLEARED_WORK,
  // The silence is over either way; only one of the two is good news.
  "heartbeat-late": (told) =>
    told.context.sessionsOpen === 0
      ? `${subject(told)}: the silent session ended${typeof told.context.reason === "string" ? ` (${told.context.reason})` : ""}`
      : `${subject(told)} is beating again`,
  "client-flapping": (told) => `${subject(told)} has stayed connected for 10 min`,
  "client-lost": (told) => `${subject(told)} is back`,
  "clients-not-back": (told) => `everyone who went with ${subject(told)} is back, or has left`,
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
  "webhook-failing": (told) => `Webhook ${subject(told)} accepts again`,
  "webhook-dead": (told) => `No delivery to webhook ${subject(told)} is given up any more`,
});

function beatAgain({ context }: Told): string {
  const remedy = typeof context.product === "string" ? remedyOfLate(context.product) : null;
  return remedy === null ? "" : `; ${en.remedies[remedy]}`;
}

const unlessGone = (told: Told, what: string): string =>
  `${subject(told)} ${told.context.sessionsOpen === 0 ? "is no longer connected" : what}`;

const delayed = (told: Told): string => {
  const waiting = measured(told, "waiting");
  return waiting === null || waiting === 0 ? "" : `; ${plural(waiting, "delivery", "deliveries")} wait`;
};

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

const because = ({ context }: Told): string => (typeof context.because === "string" ? `: ${context.because}` : "");

const lastEnd = ({ context }: Told): string =>
  typeof context.reason === "string" ? `, last end: ${context.reason}` : "";

const inAbout = (secondsLeft: number): string => (secondsLeft <= 0 ? "now" : `in about ${duration(secondsLeft)}`);
