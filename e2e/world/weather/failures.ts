import { MINUTE, SECOND } from "../../../lib/base/time/duration.ts";
import { ALONE, REPLICA } from "./cast.ts";
import type { Alone, WeatherEnvironment } from "./environment.ts";
import type { BehaviourChange } from "./member.ts";
import type { Page } from "./pages.ts";

/** From a poll's answer to the accepted webhook, on a machine that also runs the crowd. */
const DELIVERY_MS = 5 * SECOND;
const POLL_MS = 5 * SECOND;
/** Statistics of channels, queues and octets are renewed every 5 s, and collected every 5 s. */
const STATISTICS_MS = 10 * SECOND;
const SEEN_MS = STATISTICS_MS + POLL_MS + DELIVERY_MS;

export interface WeatherFailure {
  readonly id: string;
  readonly title: string;
  /** What the README promises. */
  readonly promise: string;
  /** From its beginning to the page. */
  readonly withinMs: number;
  /** A name in the first page. */
  readonly subject: string;
  /** The rules that report it. */
  readonly rules: readonly string[];
  /** Alerts of the same cause that may be sent as well: rule and a name in its sentence. */
  readonly consequences: readonly { readonly rule: string; readonly subject: string }[];
  /** Before the failure ends, the alert reaches this phase. */
  readonly phase: { readonly is: string; readonly withinMs: number } | null;
  /** From its end to the resolved alert. */
  readonly resolvesWithinMs: number;
  /** What is promised without `amqpUrl`, where that is less. */
  readonly polled?: Pick<WeatherFailure, "promise" | "withinMs" | "rules" | "phase">;
  begin(environment: WeatherEnvironment): Promise<void> | void;
  end(environment: WeatherEnvironment): Promise<void> | void;
}

const NO_MORE = { consequences: [], phase: null, resolvesWithinMs: SEEN_MS + DELIVERY_MS } as const;

/** Changes one member's behaviour and changes it back. */
const behaves = (member: string, during: BehaviourChange["behaviour"], after: BehaviourChange["behaviour"]) => ({
  begin: ({ change }: WeatherEnvironment) => change(member, during),
  end: ({ change }: WeatherEnvironment) => change(member, after),
});

const killed = (name: Alone) => ({
  begin: async ({ alone }: WeatherEnvironment) => void (await alone[name].kill()),
  end: ({ revive }: WeatherEnvironment) => revive(name),
});

const frozen = (name: Alone) => ({
  begin: ({ alone }: WeatherEnvironment) => alone[name].freeze(),
  end: ({ alone }: WeatherEnvironment) => alone[name].thaw(),
});

/** Failures of one client, queue or source: they happen beside each other, in random order. */
export const FAILURES: readonly WeatherFailure[] = [
  {
    ...NO_MORE,
    ...frozen("scanner"),
    id: "frozen",
    title: "client frozen until it is dropped, heartbeat 60 s",
    promise: "late: timeout + 25 s",
    withinMs: 60 * SECOND + SEEN_MS + DELIVERY_MS,
    subject: ALONE.scanner.name,
    rules: ["heartbeat-late"],
    // The broker closes after two to three timeouts; whoever reconnects at once is back within 15 s.
    phase: { is: "disconnected", withinMs: 3 * MINUTE + 15 * SECOND + SEEN_MS },
    resolvesWithinMs: MINUTE,
  },
  {
    ...NO_MORE,
    ...frozen("probe"),
    id: "frozen-short",
    title: "client frozen until it is dropped, heartbeat 10 s",
    promise: "drop + 15 s + 1 poll",
    withinMs: 30 * SECOND + 15 * SECOND + POLL_MS + DELIVERY_MS,
    subject: ALONE.probe.name,
    rules: ["heartbeat-late"],
    phase: { is: "disconnected", withinMs: 30 * SECOND + 15 * SECOND + POLL_MS + DELIVERY_MS },
    // The broker acts before the API can show that a client with such a timeout is late, and gives no reason.
    polled: {
      promise: "give-up of its library (5 min)",
      withinMs: 5 * MINUTE + 30 * SECOND + POLL_MS + DELIVERY_MS,
      rules: ["heartbeat-late", "client-lost"],
      phase: null,
    },
    consequences: [{ rule: "queue-without-consumer", subject: ALONE.probe.queue }],
  },
  {
    ...NO_MORE,
    ...killed("geocoder"),
    id: "killed",
    title: "client killed for good",
    promise: "give-up of its library (5 min) + 1 poll",
    withinMs: 5 * MINUTE + POLL_MS + DELIVERY_MS,
    subject: ALONE.geocoder.name,
    rules: ["client-lost"],
    consequences: [{ rule: "queue-without-consumer", subject: ALONE.geocoder.queue }],
  },
  {
    ...NO_MORE,
    id: "replicas",
    title: "2 of 3 replicas killed",
    promise: "give-up of the library (5 min)",
    withinMs: 5 * MINUTE + SEEN_MS,
    subject: REPLICA.name,
    rules: ["client-replicas-missing"],
    async begin({ replicas }) {
      for (const replica of replicas.splice(1)) await replica.kill();
    },
    async end({ replicas, startReplica }) {
      for (let n = 0; n < 2; n++) replicas.push(await startReplica());
    },
  },
  {
    ...NO_MORE,
    ...behaves("search", { consumes: false }, { consumes: true }),
    id: "consumers-gone",
    title: "consumers gone while connected, messages wait",
    promise: "60 s + statistics",
    withinMs: MINUTE + SEEN_MS,
    subject: "search@indexer-1",
    rules: ["client-not-consuming"],
    consequences: [{ rule: "queue-without-consumer", subject: "search" }],
  },
  {
    ...NO_MORE,
    ...behaves("importer", { connects: false }, { connects: true }),
    id: "queue-without-consumer",
    title: "queue whose consumers left in order fills",
    promise: "5 min",
    withinMs: 5 * MINUTE + SEEN_MS,
    subject: "imports",
    rules: ["queue-without-consumer"],
    // Without amqpUrl a close in order looks like any other end.
    consequences: [{ rule: "client-lost", subject: "importer@worker-3" }],
  },
  {
    ...NO_MORE,
    id: "backlog",
    title: "backlog that grows",
    promise: "growth for 20 min",
    withinMs: 20 * MINUTE + SEEN_MS,
    subject: "ingest",
    rules: ["queue-backlog-growing"],
    resolvesWithinMs: 12 * MINUTE,
    begin: ({ change }) => change("feeder", { times: 20 }),
    end({ change }) {
      change("feeder", { times: 1 });
      change("ingest", { workMs: 0 });
    },
  },
  {
    ...NO_MORE,
    ...behaves("transcoder", { acks: false }, { acks: true }),
    id: "pinned",
    title: "unacknowledged at prefetch",
    promise: "10 min",
    withinMs: 10 * MINUTE + 15 * SECOND + SEEN_MS,
    subject: "transcoder@gpu-2",
    rules: ["client-unacked-pinned"],
  },
  {
    ...NO_MORE,
    ...behaves("spring-boot", { rejectEvery: 2 }, { rejectEvery: 0 }),
    id: "dead-letters",
    title: "dead letters arrive",
    promise: "10 messages + statistics",
    withinMs: MINUTE,
    subject: "shipping.dead",
    rules: ["queue-dead-letters"],
    resolvesWithinMs: 11 * MINUTE,
  },
  {
    ...NO_MORE,
    ...behaves("flapper", { flapEveryMs: 20 * SECOND }, { flapEveryMs: 0 }),
    id: "flapping",
    title: "client flaps every 22 s",
    promise: "third reconnect + 1 poll",
    withinMs: 3 * 22 * SECOND + SEEN_MS,
    subject: "php-jobs@web-3",
    rules: ["client-flapping"],
    resolvesWithinMs: 11 * MINUTE,
  },
  {
    ...NO_MORE,
    ...behaves("gateway", { leaked: 25 }, { leaked: 0 }),
    id: "leak",
    title: "25 connections leaked",
    promise: "20 connections + statistics",
    withinMs: SEEN_MS + DELIVERY_MS,
    subject: "gateway@web-4",
    rules: ["client-connections-leaked"],
  },
  {
    ...NO_MORE,
    id: "database",
    title: "database of a job table away",
    promise: "60 s + 1 poll (15 s)",
    withinMs: MINUTE + 15 * SECOND + DELIVERY_MS + POLL_MS,
    subject: "bitmagnet",
    rules: ["source-unreachable"],
    resolvesWithinMs: MINUTE,
    begin: ({ database }) => database(false),
    end: ({ database }) => database(true),
  },
];

/** Failures of the whole broker: nothing else fails meanwhile. */
export const BROKER_FAILURES: readonly WeatherFailure[] = [
  {
    ...NO_MORE,
    id: "alarm",
    title: "memory alarm, publishers blocked",
    promise: "statistics + 1 poll",
    withinMs: SEEN_MS + DELIVERY_MS,
    subject: "main",
    rules: ["broker-alarm"],
    consequences: [{ rule: "client-blocked", subject: "" }],
    phase: null,
    begin: ({ broker }) => broker.alarm(true),
    end: ({ broker }) => broker.alarm(false),
  },
  {
    ...NO_MORE,
    id: "restart",
    title: "broker restart, one client does not return",
    promise: "60 s after the others are back",
    withinMs: 2 * MINUTE,
    subject: ALONE.legacy.name,
    rules: ["clients-not-back"],
    consequences: [{ rule: "broker-unreachable", subject: "main" }],
    async begin({ alone, broker }) {
      alone.legacy.freeze();
      await broker.restart("orderly");
    },
    async end({ alone, revive }) {
      await alone.legacy.kill();
      await revive("legacy");
    },
  },
];

/** The failure as an observer of this kind is to report it. */
export const asSeenBy = (failure: WeatherFailure, observer: string): WeatherFailure =>
  observer === "polled" && failure.polled !== undefined ? { ...failure, ...failure.polled } : failure;

export const reports = ({ rules, subject }: WeatherFailure, { alert }: Page): boolean =>
  rules.includes(alert.rule) && mentions(alert, subject);

/** Whether a page belongs to a failure: as its report, or as a consequence that may be sent as well. */
export const belongsTo = (failure: WeatherFailure, page: Page): boolean =>
  reports(failure, page) ||
  failure.consequences.some(({ rule, subject }) => page.alert.rule === rule && mentions(page.alert, subject));

const mentions = ({ summary, labels }: Page["alert"], name: string): boolean =>
  [summary, ...Object.values(labels)].some((text) => text.includes(name));
