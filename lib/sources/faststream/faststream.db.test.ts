import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reason } from "@/lib/base/messages/reason";
import { createFastStreamReader } from "@/lib/sources/faststream/faststream-reader";
import { type FastStreamMemory, followFastStream } from "@/lib/sources/faststream/follow";
import { joinFastStream } from "@/lib/sources/faststream/join";
import { type FastStreamFacts, fastStreamReading } from "@/lib/sources/faststream/mapping";
import type { SourceReading } from "@/lib/sources/jobs/job";
import { type FakeRoadRunner, openFakeRoadRunner } from "@/lib/sources/roadrunner/fake-roadrunner.testing";

interface Numbers {
  readonly published?: number;
  readonly failed?: number;
  readonly inProcess?: number;
  readonly acked?: number;
  readonly received?: number;
  readonly prefix?: string;
}

/** Recorded from FastStream 0.7.8; only the numbers are changed. */
const metrics = ({
  published = 5,
  failed = 9,
  inProcess = 2,
  acked = 4,
  received = 7,
  prefix = "faststream",
}: Numbers = {}): string =>
  `# HELP faststream_received_messages_total Count of received messages by broker and handler
faststream_received_messages_total{app_name="orders",broker="rabbitmq",handler="default.orders"} ${received}
faststream_received_messages_created{app_name="orders",broker="rabbitmq",handler="default.orders"} 1.7952707163594604e+09
faststream_received_messages_size_bytes_bucket{app_name="orders",broker="rabbitmq",handler="default.orders",le="+Inf"} 7.0
faststream_received_messages_in_process{app_name="orders",broker="rabbitmq",handler="default.orders"} ${inProcess}
faststream_received_processed_messages_total{app_name="orders",broker="rabbitmq",handler="default.orders",status="acked"} ${acked}
faststream_received_processed_messages_total{app_name="orders",broker="rabbitmq",handler="default.orders",status="error"} 1.0
faststream_received_processed_messages_exceptions_total{app_name="orders",broker="rabbitmq",exception_type="ValueError",handler="default.orders"} 1.0
faststream_published_messages_total{app_name="orders",broker="rabbitmq",destination="default.orders",status="success"} 5.0
faststream_published_messages_total{app_name="orders",broker="rabbitmq",destination="out.done",status="success"} ${published}
faststream_published_messages_total{app_name="orders",broker="rabbitmq",destination="out.done",status="error"} ${failed}
`.replaceAll("faststream_", `${prefix}_`);
const NOTHING_YET =
  "# HELP faststream_received_messages_total Count\n# TYPE faststream_received_messages_total counter\n";

const factsOf = (reading: SourceReading<FastStreamFacts> | null): FastStreamFacts => {
  if (reading?.application === undefined) throw new Error("no facts of FastStream");
  return reading.application;
};
const read = (text: string, previous: SourceReading | null = null, nowMs = 0, prefix = "faststream") =>
  fastStreamReading(text, prefix, { source: "py", nowMs, previous });

test("one scrape of a real application", () => {
  const reading = read(metrics());
  expect(factsOf(reading)).toMatchObject({ apps: ["orders"], received: 7, processed: 5, inProcess: 2, published: 10 });
  expect(reading?.queues).toMatchObject([
    { queue: "default.orders", counts: { running: 2, queued: null }, errors: [{ group: "ValueError", count: 1 }] },
  ]);
});

test.each([
  ["nothing was received yet", NOTHING_YET, "faststream", true],
  ["another prefix", metrics({ prefix: "shop" }), "shop", true],
  ["not this prefix", metrics({ prefix: "shop" }), "faststream", false],
  ["another exporter", "go_goroutines 7\n", "faststream", false],
])("%s", (_, text, prefix, known) => expect(read(text, null, 0, prefix) !== null).toBe(known));

test("a rate needs two scrapes", () => {
  const after = read(metrics({ acked: 34 }), read(metrics()), 60_000);
  expect(after?.queues[0]?.throughputPerMinute).toBe(30);
});

/**
 * Each word is a scrape, one every 15 s: published/in process, and with a third number all that was received.
 * "x40" repeats the word before. Returns state@since, in polls.
 */
const live = (story: string): string => {
  let before: SourceReading<FastStreamFacts> | null = null;
  let memory: FastStreamMemory | null = null;
  return scrapesOf(story)
    .map(([published, inProcess, received], at) => {
      const text = published === null ? NOTHING_YET : metrics({ published: published - 5, inProcess, received });
      before = read(text, before, at * 15_000);
      memory = followFastStream(memory, factsOf(before), at * 15_000).after;
      return `${memory.publishing.is}@${Math.round(memory.publishing.sinceMs / 15_000)}`;
    })
    .join(" ");
};

function scrapesOf(story: string): (readonly [published: number | null, inProcess: number, received: number])[] {
  let last: readonly [number | null, number, number] = [null, 0, 0];
  return story.split(" ").flatMap((word) => {
    const times = /^x(\d+)$/.exec(word)?.[1];
    if (times !== undefined) {
      return Array.from({ length: Number(times) }, () => {
        last = [last[0], last[1], last[2] + 1];
        return last;
      });
    }
    const [published = 0, inProcess = 0, received = 7] = word.split("/").map(Number);
    last = [word === "none" ? null : published, inProcess, received];
    return [last];
  });
}

const lastOf = (story: string): string => live(story).split(" ").at(-1) ?? "";

describe("in_process rises while published is flat", () => {
  test.each([
    ["it publishes", "10/0 12/1 15/0", "moving@0 moving@0 moving@0"],
    ["idle is not stalled", "10/0 10/0 10/0", "moving@0 moving@0 moving@0"],
    ["the same long handlers are not stalled", "10/3 10/3 10/2", "moving@0 moving@0 moving@0"],
    ["a handler at work is not stalled", "10/0 10/1 10/0 10/1", "moving@0 moving@0 moving@0 moving@0"],
    ["handlers pile up", "10/0 12/0 12/1 12/4 12/4 12/5", "moving@0 moving@0 moving@0 moving@0 stalled@2 stalled@2"],
    [
      "also long after it last published",
      "10/0 10/0 10/0 10/1 10/1 10/1",
      "moving@0 moving@0 moving@0 moving@0 moving@0 stalled@3",
    ],
    ["it recovers by publishing", "10/0 10/2 10/2 10/2 12/2", "moving@0 moving@0 moving@0 stalled@1 moving@4"],
    [
      "or when no more messages are in process",
      "10/0 10/2 10/2 10/2 10/0",
      "moving@0 moving@0 moving@0 stalled@1 moving@4",
    ],
    ["a restart starts again", "20/0 20/5 20/5 20/5 6/0 6/0", "moving@0 moving@0 moving@0 stalled@1 moving@4 moving@4"],
    ["before anything was reported", "none none 10/0", "unknown@0 unknown@0 moving@2"],
  ])("%s", (_, story, expected) => expect(live(story)).toBe(expected));

  test("a handler that takes three times the usual gap is only slow", () =>
    // A publish every minute; then one more handler for two minutes, then for four.
    expect([
      lastOf("1/0 1/0 1/0 1/0 2/0 2/0 2/0 2/0 3/0 3/0 3/0 3/0 4/0 4/0 4/0 4/0 5/0 5/1 5/1 5/1 5/1 5/1 5/1 5/1 5/1"),
      lastOf("1/0 1/0 1/0 1/0 2/0 2/0 2/0 2/0 3/0 3/0 3/0 3/0 4/0 4/0 4/0 4/0 5/0 5/1 x14").split("@")[0],
    ]).toEqual(["moving@0", "stalled"]));

  test("an application that never published is not expected to", () => {
    const mute = (inProcess: number) => metrics({ inProcess }).replace(/^faststream_published.*\n/gm, "");
    const first = followFastStream(null, factsOf(read(mute(0))), 0);
    const after = followFastStream(first.after, factsOf(read(mute(9))), 60_000);
    expect([after.after.publishing.is, ...after.signals.subscribers]).toEqual(["unknown", ["default.orders", null]]);
  });
});

describe("deliveries go on while published is flat", () => {
  const BUSY = "10/0/10 11/0/11 12/0/12 13/0/13 14/0/14";
  test.each([
    ["less than five minutes is not stalled", `${BUSY} x19`, "moving@0"],
    ["from five minutes on it is stalled, since it last published", `${BUSY} x20`, "stalled@4"],
    ["without deliveries there is nothing to publish", `${BUSY} ${"14/0/14 ".repeat(40).trim()}`, "moving@0"],
    ["before three gaps are known, the usual gap is unknown", "10/0/10 11/0/11 12/0/12 x40", "moving@0"],
    [
      "a handler without messages while the application published may not publish",
      "1/0/7 2/0/7 3/0/7 4/0/7 5/0/7 x40",
      "moving@0",
    ],
  ])("%s", (_, story, expected) => expect(lastOf(story)).toBe(expected));
});

/** Each word is a scrape, one every 15 s: published/failed, or "down" for a scrape that was missed. */
const failing = (story: string): string => {
  let memory: FastStreamMemory | null = null;
  return story
    .split(" ")
    .map((word, at) => {
      if (word === "down") return "-";
      const [published = 0, failed = 0] = word.split("/").map(Number);
      const text = metrics({ published: published - 5, failed });
      const followed = followFastStream(memory, factsOf(read(text, null, at * 15_000)), at * 15_000);
      memory = followed.after;
      return followed.signals.publishFailingSeconds;
    })
    .join(" ");
};

describe("publishes that raise exceptions", () => {
  test.each([
    ["all succeed", "10/0 20/0 30/0", "0 0 0"],
    ["failures before the first scrape are not counted", "10/300 20/300", "0 0"],
    ["one failed once", "10/0 10/1 11/1 12/1", "0 0 0 0"],
    ["from the second scrape with failures on", "10/0 10/1 10/2 10/3", "0 0 30 45"],
    ["also if some succeed", "10/0 11/1 12/2 13/3", "0 0 30 45"],
    ["a pause is no success", "10/0 10/1 10/2 10/2 10/2 11/2", "0 0 30 45 60 0"],
    ["a scrape that was missed changes nothing", "10/0 10/1 down 10/2", "0 0 - 45"],
    ["a restart begins again", "10/0 10/5 10/9 0/0 0/1", "0 0 30 0 0"],
  ])("%s", (_, story, expected) => expect(failing(story)).toBe(expected));

  test("the exception is the one that is raised now, not the one of the past", () => {
    const scrape = (counts: Record<string, number>): FastStreamFacts => ({
      ...factsOf(read(metrics({ failed: Object.values(counts).reduce((a, b) => a + b) }))),
      publishExceptions: new Map(Object.entries(counts)),
    });
    const first = followFastStream(null, scrape({ ValueError: 900, IncorrectState: 0 }), 0);
    const second = followFastStream(first.after, scrape({ ValueError: 901, IncorrectState: 40 }), 15_000);
    expect(second.after.errors.exception).toBe("IncorrectState");
  });

  test("they are counted by name", () => {
    const text = `${metrics({ failed: 3 })}faststream_published_messages_exceptions_total{app_name="orders",broker="rabbitmq",destination="out.done",exception_type="IncorrectState"} 3.0\n`;
    expect(factsOf(read(text))).toMatchObject({ failed: 3, publishExceptions: new Map([["IncorrectState", 3]]) });
  });
});

/** "metricsUrl answered 500." */
const NOT_200 = reason("endpointFailed", { reason: reason("endpointStatus", { where: "metricsUrl", status: 500 }) });

describe("over HTTP", () => {
  let server: FakeRoadRunner;
  beforeAll(async () => {
    server = await openFakeRoadRunner();
  });
  afterAll(() => server.close());

  test.each<[string, { status?: number; text: string }, object]>([
    ["its metrics", { text: metrics() }, { ok: true, reading: { finishedTotal: 5 } }],
    ["an error", { status: 500, text: "" }, { ok: false, state: "unreachable", reason: NOT_200 }],
    ["unauthorized", { status: 401, text: "" }, { ok: false, state: "unauthorized" }],
    ["another exporter", { text: "up 1\n" }, { ok: false, state: "incompatible" }],
  ])("%s", async (_, answer, outcome) => {
    server.answerWith({ "/metrics": answer });
    const reader = createFastStreamReader({
      id: "py",
      metricsUrl: `${server.url}/metrics`,
      metricsPrefix: "faststream",
    });
    expect(await reader.read()).toMatchObject(outcome);
    await reader.close();
  });
});

describe("its client in the broker", () => {
  const client = (id: string, product: string, ...queues: string[]) => ({
    id,
    name: `name-${id}`,
    displayName: `name-${id}`,
    product,
    queues,
    connections: [`${id}:1`],
    channels: 1,
  });
  const clients = [client("a", "aiormq", "orders"), client("b", "aiormq", "mails"), client("c", "bunny", "orders")];
  const consumer = (connection: string, queue: string, tag: string) => ({ connection, queue, tag });
  test.each<[string, string | null, string[], string | null]>([
    ["by name", "name-b", [], "b name false"],
    ["by id", "c", [], "c name false"],
    ["an unknown name", "nobody", ["default.orders"], null],
    ["by library and queue", null, ["default.orders"], "a queue true"],
    ["not if two match", null, ["default.orders", "default.mails"], null],
    ["a handler of a named exchange names no queue", null, ["out.orders"], null],
  ])("%s", (_, configured, handlers, expected) => {
    const found = joinFastStream(configured, handlers, { clients, consumers: null });
    expect(found && `${found.id} ${found.joinedBy} ${found.inferred}`).toBe(expected);
  });

  const TAG = "ctag1.0f8fad5bd9cb469fa165708677289501";
  test.each<[string, Parameters<typeof joinFastStream>[2]["consumers"], string | null]>([
    ["the tag of its library on its queue", [consumer("b:1", "orders", TAG), consumer("c:1", "orders", TAG)], "b tag"],
    ["tags of two of its library", [consumer("a:1", "orders", TAG), consumer("b:1", "orders", TAG)], null],
    ["a tag of another kind leaves the queue", [consumer("b:1", "orders", "amq.ctag-x")], "a queue"],
    ["a tag on another queue too", [consumer("b:1", "mails", TAG)], "a queue"],
  ])("%s", (_, consumers, expected) => {
    const found = joinFastStream(null, ["default.orders"], { clients, consumers });
    expect(found && `${found.id} ${found.joinedBy}`).toBe(expected);
  });
});
