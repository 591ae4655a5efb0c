import type { SummaryInput } from "@/lib/alerts/model/summary-input";
import type { BuiltInRuleId as ShippedRule } from "@/lib/alerts/rules/catalogue";
import { remedyForLate } from "@/lib/alerts/rules/remedy";
import { alarm, duration, held, lastEnd, plural, subject } from "@/lib/alerts/text/sentences/en/words";
import type { AlertTextFor } from "@/lib/alerts/text/sentences/language";
import { measured, named, number, part, since } from "@/lib/alerts/text/words";
import { en } from "@/lib/base/messages/en";

/** What is said of clients. */
export const clients = {
  "heartbeat-late": {
    open: (told) => {
      const silence = measured(told, "silenceSeconds");
      const of = silence === null ? null : measured(told, "timeoutSeconds");
      // The later end of the span: by then the broker has closed it for certain.
      const closeIn = measured(told, "closeInToSeconds") ?? measured(told, "closeInFromSeconds");
      const silent = part(silence, (s) => `silent ${duration(s)}`, `missed ${plural(told.value, "heartbeat")}`);
      const closes = part(closeIn, (s) => `, the broker will close it ${s <= 0 ? "now" : `in about ${duration(s)}`}`);
      return `${subject(told)} ${silent}${part(of, (s) => ` of ${duration(s)}`)}${closes} (inferred)${beatAgain(told)}`;
    },
    // The silence is over either way; only one of the two is good news.
    cleared: (told) =>
      told.context.sessionsOpen === 0
        ? `${subject(told)}: the silent session ended${part(named(told, "reason"), (reason) => ` (${reason})`)}`
        : `${subject(told)} is beating again`,
  },
  "client-flapping": {
    open: (told) => `${subject(told)} reconnected ${plural(told.value, "time")} in the last 10 min${lastEnd(told)}`,
    cleared: (told) => `${subject(told)} has stayed connected for 10 min`,
  },
  "client-lost": {
    open: (told) => {
      const gone = part(since(told, "endedMs"), (s) => `, gone for ${duration(s)}`);
      return `${subject(told)} has not come back${gone}${lastEnd(told)} (inferred)`;
    },
    cleared: (told) => `${subject(told)} is back`,
  },
  "client-not-consuming": {
    open: (told) => {
      const queues = part(named(told, "queues"), (names) => ` in ${names}`);
      const waits = part(
        measured(told, "ready"),
        (ready) => ` while ${plural(ready, "message")} wait${ready === 1 ? "s" : ""}${queues}`,
      );
      return `${subject(told)} is connected and has consumed nothing for ${held(told)}${waits} (inferred); ${restart(told)}`;
    },
    cleared: (told) => {
      if (measured(told, "consumers") === 0)
        return unlessGone(told, "still consumes nothing, but nothing waits for it");
      return unlessGone(told, "consumes again");
    },
  },
  "client-consumers-gone": {
    open: (told) => {
      const expected = measured(told, "consumersExpected");
      const lost = part(expected, (n) => `none of its ${plural(n, "consumer")}`, "no consumer");
      return `${subject(told)} is connected and has had ${lost} for ${held(told)} (inferred); ${restart(told)}`;
    },
    cleared: (told) => unlessGone(told, "consumes again"),
  },
  "client-publish-silent": {
    open: (told) => {
      const usual = part(measured(told, "gapSeconds"), (gap) => `, usually every ${duration(Math.max(1, gap))}`);
      const todo =
        told.context.product === "aiormq"
          ? "FastStream before 0.5.0 stops so when another broker object closes"
          : "look at its publisher and set publish timeouts";
      return `${subject(told)} has published nothing for ${held(told)}${usual}, and is still given work (inferred); ${todo}`;
    },
    cleared: (told) =>
      unlessGone(told, measured(told, "publishedSeconds") === 0 ? "publishes again" : "is no longer given work"),
  },
  "client-unacked-pinned": {
    open: (told) => {
      const unacked = measured(told, "unacked");
      const holds = part(unacked, (n) => `${plural(n, "message")}, all it may`, "all it may hold");
      return `${subject(told)} holds ${holds}, and has acknowledged none for ${held(told)}; look for a hung handler`;
    },
    cleared: (told) => unlessGone(told, "no longer holds all it may"),
  },
  "client-blocked": {
    open: (told) => `${subject(told)} has been blocked from publishing for ${held(told)}${alarm(told)}`,
    cleared: (told) => unlessGone(told, "is no longer blocked"),
  },
  "client-connections-leaked": {
    open: (told) => {
      const usually = part(measured(told, "usually"), (n) => `, usually ${number(n)}`);
      const tooMany = `${number(told.value ?? 0)} connections too many`;
      const count = part(measured(told, "sessionsOpen"), (open) => plural(open, "connection"), tooMany);
      return `${subject(told)} has ${count}${usually} (inferred); it should use one again instead of opening more`;
    },
    cleared: (told) => {
      const open = measured(told, "sessionsOpen");
      return unlessGone(
        told,
        part(open, (n) => `is down to ${plural(n, "connection")}`, "has let its connections go"),
      );
    },
  },
} as const satisfies Partial<AlertTextFor<ShippedRule>>;

const beatAgain = ({ context }: SummaryInput): string =>
  part(typeof context.product === "string" ? remedyForLate(context.product) : null, (name) => `; ${en.remedies[name]}`);

const unlessGone = (told: SummaryInput, what: string): string =>
  `${subject(told)} ${told.context.sessionsOpen === 0 ? "is no longer connected" : what}`;

/** What is known of the products that come back without their consumer (facts of RoadRunner's and aio-pika's issues). */
function restart(told: SummaryInput): string {
  const { product, platform } = told.context;
  if (product === "aiormq") return "restart it; aio-pika before 9.4.1 needs an upgrade";
  if (platform !== "golang") return "restart it";
  const lacks = measured(told, "channels") === 2 ? " (2 channels, RoadRunner has 3 while it consumes)" : "";
  return `restart it${lacks}; RoadRunner before 2025.1 needs an upgrade`;
}
