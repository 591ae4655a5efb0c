import { expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { evaluateAlerts } from "@/lib/alerts/engine/evaluate-alerts";
import { reason, verbatim } from "@/lib/base/messages/reason";
import { SECOND } from "@/lib/base/time/duration";
import { deriveSource } from "@/lib/collector/source/derive-source";
import type { ApplicationFacts } from "@/lib/collector/source/follow-application";
import { firstSourceMemory, type SourceMemory } from "@/lib/collector/source/memory";
import type { Queue } from "@/lib/rabbitmq/api/broker";
import { fastStreamReading } from "@/lib/sources/faststream/mapping";
import type { JobQueue, SourceOutcome, SourceReading } from "@/lib/sources/jobs/job";
import type { ConfigFacts } from "@/lib/sources/roadrunner/config-file";
import type { SeenBroker } from "@/lib/sources/roadrunner/join";
import { roadRunnerReading } from "@/lib/sources/roadrunner/mapping";

const T0 = 1_800_000_000_000;
const POLL_MS = 15 * SECOND;
const NOBODY: ReadonlyMap<string, SeenBroker> = new Map();

interface Poll {
  readonly outcome: SourceOutcome<ApplicationFacts>;
  readonly brokers?: ReadonlyMap<string, SeenBroker>;
}

/** Polls through the fold and the alert engine; what fired and resolved: poll, rule, severity, where, and its sentence. */
function live(kind: string, polls: readonly ((nowMs: number, before: SourceReading | null) => Poll)[]) {
  const first = { source: "app", kind, pollIntervalMs: POLL_MS, runnersExpected: null, registry: new Map() };
  let memory: SourceMemory = firstSourceMemory(first, T0);
  let open: Parameters<typeof evaluateAlerts>[0] = new Map();
  const alertLog = polls.flatMap((poll, at) => {
    const nowMs = T0 + at * POLL_MS;
    const { outcome, brokers } = poll(nowMs, memory.reading);
    const { after, facts } = deriveSource(memory, outcome, nowMs, brokers ?? NOBODY);
    const judged = evaluateAlerts(open, { ...facts, rules: BUILT_IN_RULES, nowMs });
    memory = after;
    open = judged.after;
    return judged.events.map(({ type, alert }) => ({
      summaries: `${at} ${alert.rule} ${type === "alert.resolved" ? "resolved" : alert.severity} ${Object.values(alert.labels).join("/")}`,
      summary: alert.summary,
    }));
  });
  return { alertLog: alertLog.map(({ summaries }) => summaries), summaries: alertLog.map(({ summary }) => summary) };
}

const read = (reading: SourceReading<ApplicationFacts>): SourceOutcome<ApplicationFacts> => ({
  ok: true,
  reading,
  durationMs: 5,
});
const UNREACHABLE: SourceOutcome<never> = {
  ...{ ok: false, state: "unreachable", code: "refused" },
  reason: reason("endpointFailed", { reason: reason("notReachable", { where: "127.0.0.1:2114/jobs" }) }),
  durationMs: 5,
};

/** How `/jobs` answered and what the broker shows of the pipeline `mails`: connections, channels each, consumers. */
type Shown = readonly [
  jobs: "ready" | "idle" | "hangs" | "503" | "gone",
  broker: readonly [connections: number, channels: number, consumers: number] | "away",
];

const pipeline = (ready: boolean) =>
  JSON.stringify([
    { pipeline: "mails", priority: 10, ready, queue: "mails", active: 4, delayed: 0, reserved: 0, driver: "amqp" },
  ]);
const summaries = (status: number, text: string) => ({ ok: true as const, value: { status, text, durationMs: 5 } });
const timeout = {
  ok: false,
  failure: { code: "timeout", retry: true, reason: verbatim("no answer within 10 s") },
} as const;

const queue = (consumers: number): Queue => ({
  ...{ broker: "main", vhost: "/", name: "mails", type: "classic", state: "running", durable: true, exclusive: false },
  ...{ arguments: {}, effectivePolicy: {}, ready: 4, unacked: 0, delayed: null, headMessageTimestampSeconds: null },
  ...{ counters: null, members: null, online: null },
  ...{ consumers, rates: { publish: null, deliver: null, ack: null } },
});

function broker(shown: Shown[1]): ReadonlyMap<string, SeenBroker> {
  if (shown === "away") return new Map([["main", { blind: true, clients: [], queues: [], consumers: null }]]);
  const [connections, channels, consumers] = shown;
  const names = Array.from({ length: connections }, (_, at) => `php:${at}`);
  const client = {
    id: "c1",
    name: "php@mails",
    displayName: "php@mails",
    product: "AMQP 0.9.1 Client",
    queues: ["mails"],
  };
  const tagged = consumers > 0 ? [{ connection: "php:0", queue: "mails", tag: "roadrunner-1" }] : [];
  const clients = [{ ...client, connections: names, channels: connections * channels }];
  return new Map([["main", { blind: false, clients, queues: [queue(consumers)], consumers: tagged }]]);
}

const roadRunner = (polls: readonly Shown[], config: ConfigFacts | null = null) =>
  live(
    "roadrunner",
    polls.map(([jobs, shown]) => (nowMs, previous) => {
      if (jobs === "gone") return { outcome: UNREACHABLE, brokers: broker(shown) };
      const answer =
        jobs === "hangs"
          ? timeout
          : jobs === "503"
            ? summaries(503, "jobs plugin not found")
            : summaries(200, pipeline(jobs === "ready"));
      const answers = {
        jobs: answer,
        ready: summaries(200, ""),
        health: summaries(200, ""),
        metrics: null,
        config,
      };
      return {
        outcome: read(roadRunnerReading(answers, { source: "app", nowMs, previous })),
        brokers: broker(shown),
      };
    }),
  );

const times = (count: number, shown: Shown): readonly Shown[] => Array.from({ length: count }, () => shown);
const WELL: Shown = ["ready", [1, 3, 1]];
const DEAF: Shown = ["idle", [1, 2, 0]];

test.each<[string, readonly Shown[], string[]]>([
  ["a pipeline that consumes", times(12, WELL), []],
  [
    "connected, not consuming: its redial came back without the consumer",
    [WELL, ...times(6, DEAF), WELL],
    ["5 pipeline-not-consuming critical app/mails", "7 pipeline-not-consuming resolved app/mails"],
  ],
  [
    "RoadRunner says it is ready, and the broker has no consumer",
    [WELL, ...times(5, ["ready", [1, 3, 0]])],
    ["5 pipeline-not-consuming critical app/mails"],
  ],
  ["one that only publishes is not expected to consume", times(8, ["idle", [1, 2, 0]]), []],
  [
    "a redial holds /jobs: a warning after half a minute, critical after two minutes",
    [WELL, ...times(9, ["hangs", "away"]), WELL],
    [
      "3 application-redialing warning app",
      "9 application-redialing critical app",
      "10 application-redialing resolved app",
    ],
  ],
  [
    "without an answer the broker tells that nothing is consumed",
    [WELL, ...times(5, ["hangs", [1, 1, 0]])],
    ["3 application-redialing warning app", "5 pipeline-not-consuming critical app/mails"],
  ],
  [
    "given up: no connection for two minutes to a broker that is there, whatever /jobs says",
    [WELL, ...times(2, ["503", "away"]), ...times(9, ["503", [0, 0, 0]]), WELL],
    [
      "3 pipeline-broken critical app",
      "11 pipeline-gave-up critical app/mails",
      "12 pipeline-broken resolved app",
      "12 pipeline-gave-up resolved app/mails",
    ],
  ],
  [
    "back without its consumer its connection is nobody's who was known before: not consuming, and not given up",
    [WELL, ...times(12, ["idle", [0, 0, 0]])],
    ["5 pipeline-not-consuming critical app/mails"],
  ],
  ["the time the broker was away does not count", [WELL, ...times(20, ["ready", "away"]), WELL], []],
  [
    "it gives up and exits: critical within a minute, and the redial before is not over by that",
    [WELL, ...times(4, ["hangs", "away"]), ...times(6, ["gone", [0, 0, 0]]), WELL],
    [
      "3 application-redialing warning app",
      "7 application-gone critical app",
      "9 source-unreachable warning app",
      "11 application-gone resolved app",
      "11 application-redialing resolved app",
      "11 source-unreachable resolved app",
    ],
  ],
  [
    "it gives up and answers again: the redial is over once the pipeline consumes",
    [WELL, ...times(4, ["hangs", "away"]), ...times(12, ["503", [0, 0, 0]]), WELL],
    [
      "3 application-redialing warning app",
      "7 pipeline-broken critical app",
      "13 pipeline-gave-up critical app/mails",
      "17 application-redialing resolved app",
      "17 pipeline-broken resolved app",
      "17 pipeline-gave-up resolved app/mails",
    ],
  ],
  ["a restart within half a minute", [WELL, ...times(2, ["gone", [0, 0, 0]]), WELL], []],
])("RoadRunner: %s", (_, polls, alertLog) =>
  expect(roadRunner(polls).alertLog.toSorted()).toEqual(alertLog.toSorted()),
);

test("a pipeline that the configuration file consumes is expected to from the first poll on", () => {
  const config: ConfigFacts = { is: "read", changedMs: T0, findings: [], consumes: ["mails"] };
  expect(roadRunner(times(6, DEAF), config).alertLog).toEqual(["4 pipeline-not-consuming critical app/mails"]);
  expect(roadRunner(times(6, DEAF), { ...config, consumes: [] }).alertLog).toEqual([]);
});

test("summaries say what was observed, for which client, that it is inferred, and what to do", () => {
  const { summaries } = roadRunner([WELL, ...times(5, DEAF)]);
  expect(summaries).toEqual([
    expect.stringMatching(
      /^app\/mails is connected as php@mails and has consumed nothing for 60 s \(inferred\); restart RoadRunner, .* 2025\.1 or newer/,
    ),
  ]);
  const broken = roadRunner([WELL, ...times(3, ["503", [0, 0, 0]])]).summaries;
  expect(broken[0]).toContain("; the broker shows mails apart; RoadRunner's log names the pipeline");
});

test.each<[string, SourceOutcome<ApplicationFacts>[], string[]]>([
  ["a poll that fails is no alert", [UNREACHABLE, UNREACHABLE, UNREACHABLE], []],
  ["a minute of them is", Array.from({ length: 6 }, () => UNREACHABLE), ["4 source-unreachable warning app"]],
])("an application that cannot be reached: %s", (_, outcomes, alertLog) => {
  const polls = outcomes.map((outcome) => () => ({ outcome }));
  expect(live("roadrunner", polls).alertLog).toEqual(alertLog);
  for (const summary of live("roadrunner", polls).summaries) {
    expect(summary).toContain("could not be reached.; see whether RoadRunner runs: from 2024.2 on it exits");
  }
});

/** published_total / in_process of `default.orders`, received by one more each poll. */
const fastStream = (story: string) =>
  live(
    "faststream",
    story.split(" ").map((word, at) => (nowMs, previous) => {
      const [published = 0, inProcess = 0] = word.split("/").map(Number);
      const labels = `{app_name="orders",broker="rabbitmq",handler="default.orders"}`;
      const text = `faststream_received_messages_total${labels} ${at}
faststream_received_messages_in_process${labels} ${inProcess}
faststream_published_messages_total{destination="out.done",status="success"} ${published}
`;
      const reading = fastStreamReading(text, "faststream", { source: "app", nowMs, previous });
      if (reading === null) throw new Error("not read");
      return { outcome: read(reading) };
    }),
  );

test.each<[string, string, string[]]>([
  ["it publishes what it is given", "1/0 2/1 3/0 4/1 5/0 6/1 7/0", []],
  [
    "handlers pile up and nothing is published: a warning after a minute, over once it publishes",
    "1/0 2/0 2/1 2/2 2/3 2/4 2/5 3/0",
    [
      "6 subscriber-publish-silent warning app/default.orders",
      "7 subscriber-publish-silent resolved app/default.orders",
    ],
  ],
  [
    "deliveries go on without a single publication: at once beyond five minutes",
    `1/0 2/0 3/0 4/0 5/0 ${"5/0 ".repeat(20).trim()}`,
    ["24 subscriber-publish-silent warning app/default.orders"],
  ],
])("FastStream: %s", (_, story, alertLog) => expect(fastStream(story).alertLog).toEqual(alertLog));

const request = (queued: number): JobQueue => ({
  ...{ source: "app", kind: "kyoo", queue: "scanner", countsAre: "exact" },
  counts: { queued, running: 0, retry: null, failed: 0, done: null, scheduled: null },
  retry: { due: null, later: null },
  ...{ oldestDueSeconds: queued > 0 ? 30 : null, throughputPerMinute: null, errors: [], stuck: 0, conflicts: null },
});

/** Each word is a poll: requests that wait, then who leads: "+" somebody, "-" nobody, "?" not known. */
const kyoo = (story: string) =>
  live(
    "kyoo",
    story.split(" ").map((word) => (atMs) => {
      const present = word.endsWith("+") ? true : word.endsWith("-") ? false : null;
      const queues = [request(Number.parseInt(word, 10))];
      return {
        outcome: read({
          ...{ queues, runners: null, finishedTotal: 0, generation: "5", atMs, clockAheadMs: 0 },
          ...{ exactAgainMs: null, standby: null, leader: { present, waitingSinceMs: null } },
        }),
      };
    }),
  );

test.each<[string, string, string[]]>([
  ["somebody leads", "3+ 3+ 3+ 3+ 3+ 3+", []],
  ["nobody leads, and nothing waits", "0- 0- 0- 0- 0- 0-", []],
  [
    "nobody leads while requests wait",
    "3+ 3- 3- 3- 3- 3- 3+",
    ["5 leader-absent critical app", "6 leader-absent resolved app"],
  ],
  ["whether somebody leads is not known", "3? 3? 3? 3? 3? 3?", []],
  ["a look that does not know holds the alert", "3- 3- 3- 3- 3- 3? 3-", ["4 leader-absent critical app"]],
])("Kyoo: %s", (_, story, alertLog) => expect(kyoo(story).alertLog).toEqual(alertLog));

test("waiting requests without a leader are attributed to the leader, not to a lost notification", () => {
  const { summaries } = kyoo(Array.from({ length: 22 }, () => "3-").join(" "));
  expect(summaries.filter((one) => one.includes("nobody has taken any"))).toEqual([
    expect.stringContaining("no scanner holds the lock 198347"),
  ]);
});
