import { clients } from "@/lib/base/messages/en/clients";
import { renderReason } from "@/lib/base/messages/render-reason";
import {
  durationParts,
  measured,
  named,
  number,
  part,
  reasonInWords,
  reasonOf,
  type SentenceInput,
  steepness,
  subjectOf,
} from "@/lib/base/messages/sentence/facts";

const subject = (alert: SentenceInput): string => subjectOf(alert) ?? "everything";

/** "41 s", "2 min 10 s". */
const duration = (seconds: number): string =>
  durationParts(seconds)
    .map(([n, unit]) => `${n} ${unit}`)
    .join(" ");

function plural(value: number | null, singular: string, many = `${singular}s`): string {
  if (value === null) return `an unknown number of ${many}`;
  return `${number(value)} ${value === 1 ? singular : many}`;
}

/** The value of rules whose signal is a duration. */
const held = ({ value }: SentenceInput): string => duration(value ?? 0);

const reason = (alert: SentenceInput): string | null => reasonInWords(alert, clients.reason);

const lastEnd = (alert: SentenceInput): string => part(reason(alert), (why) => `, last disconnect: ${why}`);

const because = (input: SentenceInput): string => part(reasonOf(input), (reason) => `: ${renderReason(reason)}`);

/** The alarms that block publishers. */
function alarm(alert: SentenceInput): string {
  const [memory, disk] = [named(alert, "memoryAlarm"), named(alert, "diskAlarm")];
  const alarms = [part(memory, (nodes) => `memory alarm on ${nodes}`), part(disk, (nodes) => `disk alarm on ${nodes}`)]
    .filter((text) => text !== "")
    .join(", ");
  return alarms === "" ? "" : `: ${alarms}`;
}

const waiting = (alert: SentenceInput): string =>
  part(measured(alert, "waiting"), (jobs) => `${plural(jobs, "job")} wait${jobs === 1 ? "s" : ""}`, "work waits");

const slope = (perMinute: number): string => `${perMinute < 0 ? "falls" : "rises"} by ${steepness(perMinute)} a minute`;

const unlessDisconnected = (alert: SentenceInput, text: string): string =>
  `${subject(alert)} ${alert.context.sessionsOpen === 0 ? "is no longer connected" : text}`;

/** The messages that wait in the queues of a client, and how many did when its trouble began. */
function backlog(alert: SentenceInput): string {
  const [ready, before] = [measured(alert, "ready"), measured(alert, "readyBefore")];
  if (ready === null || ready === 0) return "";
  const began = before === null ? "" : ` (${number(before)} when it began)`;
  return `; ${plural(ready, "message")} wait${ready === 1 ? "s" : ""}${began}`;
}

/** A client that is not expected back. */
const departed = (alert: SentenceInput): string => {
  const code = named(alert, "reason");
  return code === "client-closed" || code === "forced"
    ? `${subject(alert)} was disconnected on purpose (${reason(alert)})`
    : `${subject(alert)} has been away for a day and is no longer expected`;
};

/** What is known of products that come back without their consumer (issues of RoadRunner and aio-pika). */
function restartAdvice(alert: SentenceInput): string {
  const { product, platform } = alert.context;
  if (product === "aiormq") return "restart it; aio-pika before 9.4.1 needs an upgrade";
  if (platform !== "golang") return "restart it";
  const lacks = measured(alert, "channels") === 2 ? " (2 channels, RoadRunner has 3 while it consumes)" : "";
  return `restart it${lacks}; RoadRunner before 2025.1 needs an upgrade`;
}

/** Pipelines that the broker shows as disconnected or idle. */
const pipelines = (alert: SentenceInput): string =>
  part(named(alert, "pipelines"), (names) => `; the broker shows ${names} apart`);

const asClient = (alert: SentenceInput): string => part(named(alert, "client"), (name) => ` as ${name}`);

const CAUSES: ReadonlyMap<string, string> = new Map([
  ["conflict", "a pending job holds their key"],
  ["not-taken", "nobody takes any work"],
  ["starved", "fresh jobs are served before them"],
  ["one-error", "nearly all fail with the same error"],
]);

/** The cause of a backlog, where the table shows one. */
const cause = (alert: SentenceInput): string =>
  part(CAUSES.get(named(alert, "cause") ?? "") ?? null, (text) => `: ${text} (inferred)`);

const holding = (alert: SentenceInput): string =>
  part(measured(alert, "jobsRunning"), (jobs) => `, holding ${plural(jobs, "job")}`);

/** The phrases that English sentences about alerts share. */
export const en = {
  alarm,
  asClient,
  backlog,
  because,
  cause,
  departed,
  duration,
  held,
  holding,
  lastEnd,
  pipelines,
  plural,
  reason,
  restartAdvice,
  slope,
  subject,
  unlessDisconnected,
  waiting,
};
