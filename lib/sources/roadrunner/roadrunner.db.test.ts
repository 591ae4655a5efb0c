import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { done, failed } from "@/lib/base/errors/failure";
import { reason } from "@/lib/base/messages/reason";
import type { Queue } from "@/lib/rabbitmq/api/broker";
import type { SourceReading } from "@/lib/sources/jobs/job";
import { type FakeRoadRunner, openFakeRoadRunner } from "@/lib/sources/roadrunner/fake-roadrunner.testing";
import { type JoinClient, joinPipelines } from "@/lib/sources/roadrunner/join";
import { type RoadRunnerAnswers, type RoadRunnerFacts, roadRunnerReading } from "@/lib/sources/roadrunner/mapping";
import { createRoadRunnerReader } from "@/lib/sources/roadrunner/roadrunner-reader";
import { type PipelineState, parseJobsMetrics, parsePipelines } from "@/lib/sources/roadrunner/status";

// Recorded from RoadRunner 2025.1.15 (status v5.1.9, amqp v5.2.3, metrics v5.2.0).
const JOBS =
  '[{"pipeline":"reports","priority":10,"ready":true,"queue":"reports","active":4,"delayed":0,"reserved":0,"driver":"amqp","error_message":""},{"pipeline":"mails","priority":10,"ready":false,"queue":"mails","active":0,"delayed":2,"reserved":0,"driver":"amqp","error_message":""}]';
const BROKEN = "jobs plugin not found\n";
const METRICS = `# HELP rr_jobs_jobs_ok Number of successfully processed jobs
rr_jobs_jobs_err 1
rr_jobs_jobs_ok 30
rr_jobs_total_workers 2
rr_jobs_worker_state{pid="24953",state="ready"} 0
rr_jobs_workers_ready 2
rr_jobs_workers_working 0
`;
/** As status v5.0.0 writes it: html.EscapeString over its template. */
const LINES = `plugin: jobs: pipeline: a&lt;b&gt; | priority: 10 | ready: true | queue: q | active: 3 | delayed: 0 | reserved: 0 | driver: amqp | error:  
plugin: jobs: pipeline: two | priority: 10 | ready: false | queue:  | active: 0 | delayed: 0 | reserved: 0 | driver: memory | error: it&#39;s gone 
`;

describe("GET /jobs", () => {
  test("JSON", () =>
    expect(parsePipelines(JOBS)).toMatchObject([
      { pipeline: "reports", ready: true, active: 4, error: null },
      { pipeline: "mails", ready: false, active: 0, delayed: 2 },
    ]));
  test("escaped lines before 2024.3", () =>
    expect(parsePipelines(LINES)).toEqual([
      { pipeline: "a<b>", driver: "amqp", queue: "q", ready: true, active: 3, delayed: 0, error: null },
      { pipeline: "two", driver: "memory", queue: "", ready: false, active: 0, delayed: 0, error: "it's gone" },
    ]));
  test.each([
    ["nothing is no pipeline", "", []],
    ["no pipelines", "[]", []],
    ["something else", "<html>", null],
    ["cut off", JOBS.slice(0, 50), null],
    ["another shape", '[{"a":1}]', null],
  ])("%s", (_, text, pipelines) => expect(parsePipelines(text)).toEqual(pipelines));
});

test.each([
  ["gauges up to v5", METRICS],
  ["counters of v6", METRICS.replace("jobs_ok 30", "jobs_ok_total 30").replace("jobs_err 1", "jobs_err_total 1")],
])("metrics: %s", (_, text) =>
  expect(parseJobsMetrics(text)).toEqual({ done: 30, failed: 1, workers: { ready: 2, working: 0, total: 2 } }),
);

const answered = (status: number, text: string, durationMs = 3) => done({ status, text, durationMs });
const FINE: RoadRunnerAnswers = {
  jobs: answered(200, JOBS),
  ready: answered(200, ""),
  health: answered(200, ""),
  metrics: answered(200, METRICS),
  config: null,
};
const timeout = failed({
  code: "timeout",
  retry: true,
  reason: reason("noAnswerWithin", { where: "127.0.0.1:2114/jobs", seconds: 10 }),
});
const factsOf = (reading: SourceReading<RoadRunnerFacts>): RoadRunnerFacts => {
  if (reading.application === undefined) throw new Error("no facts of RoadRunner");
  return reading.application;
};
const read = (
  answers: Partial<RoadRunnerAnswers>,
  previous: SourceReading | null = null,
  nowMs = 1_000,
): SourceReading<RoadRunnerFacts> => roadRunnerReading({ ...FINE, ...answers }, { source: "rr", nowMs, previous });

describe("the state of /jobs, besides its numbers", () => {
  test.each<[string, Partial<RoadRunnerAnswers>, RoadRunnerFacts["answer"]["is"]]>([
    ["at once", {}, "fine"],
    ["slowly, as during a redial", { jobs: answered(200, JOBS, 2_000) }, "slow"],
    ["not at all", { jobs: timeout }, "hanging"],
    ["503 of one broken pipeline", { jobs: answered(503, BROKEN) }, "broken"],
    ["503 of a stop", { jobs: answered(503, "service is shutting down\n") }, "stopping"],
    ["another unavailable_status_code", { jobs: answered(429, BROKEN) }, "broken"],
    ["424 without a text", { jobs: answered(424, "") }, "broken"],
    ["204, which has no text", { jobs: answered(204, "") }, "broken"],
    ["500", { jobs: answered(500, BROKEN) }, "broken"],
    ["another code of a stop", { jobs: answered(429, "service is shutting down\n") }, "stopping"],
    ["200 with the text of an error, as before 2024", { jobs: answered(200, BROKEN) }, "broken"],
    ["another server", { jobs: answered(200, "<html>") }, "absent"],
    ["a redirect", { jobs: answered(302, "") }, "absent"],
    ["a wrong method", { jobs: answered(405, "") }, "absent"],
    ["no such path", { jobs: answered(404, "404 page not found") }, "absent"],
  ])("%s", (_, answers, is) => expect(factsOf(read(answers)).answer.is).toBe(is));

  test("the time of a state changes only with the state", () => {
    const story: SourceReading<RoadRunnerFacts>[] = [];
    for (const [at, word] of ["fine", "broken", "broken", "fine"].entries()) {
      const answers = word === "fine" ? {} : { jobs: answered(503, BROKEN) };
      story.push(read(answers, story.at(-1) ?? null, at * 15_000));
    }
    expect(story.map((reading) => factsOf(reading).answer.sinceMs)).toEqual([0, 15_000, 15_000, 45_000]);
  });

  test("pipelines that cannot be read are retained without numbers", () => {
    const after = read({ jobs: answered(503, BROKEN) }, read({}), 16_000);
    expect(after.queues.map(({ queue, counts }) => [queue, counts.queued])).toEqual([
      ["reports", null],
      ["mails", null],
    ]);
    expect(factsOf(after).pipelines).toBeNull();
  });

  test.each<[string, Partial<RoadRunnerAnswers>, (boolean | null)[]]>([
    ["an idle worker", {}, [false, true]],
    ["every worker is busy", { ready: answered(503, "") }, [true, true]],
    ["no worker is left", { ready: answered(503, ""), health: answered(503, "") }, [true, false]],
    [
      "no worker is left: 500",
      { ready: answered(500, ""), health: answered(500, "jobs plugin not found") },
      [true, false],
    ],
    ["no worker is left: 429", { ready: answered(429, ""), health: answered(429, "") }, [true, false]],
    ["no worker is left: 204", { ready: answered(204, ""), health: answered(204, "") }, [true, false]],
    [
      "no worker is left: 200 with an error, as before 2024",
      { ready: answered(200, "plugin: jobs: status: 503\n"), health: answered(200, "jobs plugin not found\n") },
      [true, false],
    ],
    [
      "well, in words",
      {
        ready: answered(200, "plugin: jobs: status: 200\n"),
        health: answered(200, '[{"plugin_name":"jobs","error_message":"","status_code":200}]'),
      },
      [false, true],
    ],
    ["other servers", { ready: answered(404, "404 page not found"), health: answered(502, "<html>") }, [null, null]],
    ["unknown", { ready: timeout, health: timeout }, [null, null]],
  ])("%s", (_, answers, expected) => {
    const { saturated, alive } = factsOf(read(answers));
    expect([saturated, alive]).toEqual(expected);
  });

  test("a rate is reported if there is one pipeline; without metrics it is unknown", () => {
    const one = (text: string) => ({
      jobs: answered(200, '[{"pipeline":"a","ready":true,"queue":"a","active":0,"delayed":0,"driver":"amqp"}]'),
      metrics: answered(200, text),
    });
    const before = read(one(METRICS));
    const after = read(one(METRICS.replace("jobs_ok 30", "jobs_ok 60")), before, 61_000);
    expect(after.queues[0]?.throughputPerMinute).toBe(30);
    const blind = read({ metrics: null, config: null }, before, 61_000);
    expect([blind.finishedTotal, factsOf(blind).workers, blind.queues[0]?.throughputPerMinute]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe("over HTTP", () => {
  let server: FakeRoadRunner;
  beforeAll(async () => {
    server = await openFakeRoadRunner();
  });
  afterAll(() => server.close());
  const OTHERS = {
    "/ready?plugin=jobs": { text: "" },
    "/health?plugin=jobs": { text: "" },
    "/metrics": { text: METRICS },
  };
  const reader = (jobsWithinMs?: number) =>
    createRoadRunnerReader(
      { id: "rr", statusUrl: `${server.url}/`, metricsUrl: `${server.url}/metrics` },
      jobsWithinMs,
    );

  test("each endpoint is requested once a poll", async () => {
    server.answerWith({ ...OTHERS, "/jobs": { text: JOBS } });
    const rr = reader();
    const outcome = await rr.read();
    await rr.close();
    expect(outcome).toMatchObject({
      ok: true,
      reading: { finishedTotal: 31, queues: [{ queue: "reports" }, { queue: "mails" }] },
    });
    expect([...server.requests].sort()).toEqual(["/health?plugin=jobs", "/jobs", "/metrics", "/ready?plugin=jobs"]);
  });

  test("a hanging /jobs blocks nothing else", async () => {
    server.answerWith({ ...OTHERS, "/jobs": null });
    const rr = reader(200);
    const outcome = await rr.read();
    await rr.close();
    expect(outcome).toMatchObject({ ok: true, reading: { application: { answer: { is: "hanging" }, alive: true } } });
  });

  test("no server is unreachable, and no password is returned", async () => {
    const rr = createRoadRunnerReader({ id: "rr", statusUrl: "http://u:marked-secret@127.0.0.1:1" });
    const outcome = await rr.read();
    await rr.close();
    expect(outcome).toMatchObject({ ok: false, state: "unreachable" });
    expect(JSON.stringify(outcome)).not.toContain("marked-secret");
  });
});

describe("joined with the broker", () => {
  const pipeline: PipelineState = {
    pipeline: "mails",
    driver: "amqp",
    queue: "mails",
    ready: true,
    active: 0,
    delayed: 0,
    error: null,
  };
  const queue = (consumers: number | null): Queue => ({
    broker: "b",
    vhost: "/",
    name: "mails",
    type: "classic",
    state: "running",
    durable: true,
    exclusive: false,
    ...{
      arguments: {},
      effectivePolicy: {},
      ready: 7,
      unacked: 5,
      delayed: null,
      counters: null,
      members: null,
      online: null,
      consumers,
      headMessageTimestampSeconds: null,
    },
    rates: { publish: null, deliver: null, ack: null },
  });
  const client = (id: string, more: Partial<JoinClient> = {}): JoinClient => ({
    ...{
      id,
      name: id,
      displayName: id,
      product: "AMQP 0.9.1 Client",
      queues: ["mails"],
      connections: [`${id}:1`],
      channels: 3,
      ...more,
    },
  });
  const consumer = (connection: string, tag: string) => ({ connection, queue: "mails", tag });
  const tag = "roadrunner-10fcd4fd-2041-46c7-82f6-74b4a25435ac";

  test.each<[string, Parameters<typeof joinPipelines>[1], string | null]>([
    [
      "by tag among others of its library",
      { clients: [client("a"), client("b")], queues: [], consumers: [consumer("a:1", "ctag1"), consumer("b:1", tag)] },
      "b",
    ],
    [
      "by queue and library without tags",
      { clients: [client("a"), client("b", { product: "aiormq" })], queues: [], consumers: null },
      "a",
    ],
    ["not if two match", { clients: [client("a"), client("b")], queues: [], consumers: null }, null],
    [
      "not by another client's queue",
      { clients: [client("a", { queues: ["orders"] })], queues: [], consumers: null },
      null,
    ],
  ])("%s", (_, broker, id) => expect(joinPipelines([pipeline], broker)[0]?.client?.id ?? null).toBe(id));

  test("a configured consumer_id is certain", () => {
    const broker = { clients: [client("a"), client("b")], queues: [], consumers: [consumer("b:1", "mine")] };
    const [one] = joinPipelines([pipeline], broker, new Map([["mails", "mine"]]));
    expect(one?.client).toEqual({
      ...{ id: "b", name: "b", displayName: "b" },
      ...{ inferred: false, joinedBy: "tag", connected: true },
    });
  });

  test.each<[string, Partial<JoinClient>, number | null, boolean | null]>([
    ["it consumes", {}, 1, false],
    ["two channels and no consumer", { channels: 2 }, 0, true],
    ["what a failed redial leaves: one channel each", { channels: 2, connections: ["a:1", "a:2"] }, 0, true],
    ["three channels: its consumer is not reported yet", {}, 0, false],
    ["a disconnected client is no zombie", { connections: [], channels: 0 }, 0, false],
    ["channels unknown", { channels: null }, 0, null],
    ["consumers unknown", { channels: 2 }, null, null],
  ])("zombie: %s", (_, more, consumers, zombie) => {
    const [one] = joinPipelines([pipeline], {
      clients: [client("a", more)],
      queues: [queue(consumers)],
      consumers: null,
    });
    expect([one?.zombie, one?.ready, one?.unacked]).toEqual([zombie, 7, 5]);
  });

  test("pipelines without RabbitMQ are ignored", () => {
    const others = [
      { ...pipeline, driver: "memory" },
      { ...pipeline, queue: "" },
    ];
    expect(joinPipelines(others, { clients: [], queues: [], consumers: null })).toEqual([]);
  });

  test("a name in two virtual hosts is ambiguous", () => {
    const queues = [queue(1), { ...queue(1), vhost: "other" }];
    expect(joinPipelines([pipeline], { clients: [], queues, consumers: null })[0]).toMatchObject({
      ready: null,
      zombie: null,
    });
  });
});
