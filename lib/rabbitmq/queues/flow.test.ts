import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Binding, Exchange, Queue } from "@/lib/rabbitmq/api/broker";
import { parseQueues } from "@/lib/rabbitmq/api/parse";
import { parseBindings, parseExchanges } from "@/lib/rabbitmq/api/parse-topology";
import { cyclesOf } from "@/lib/rabbitmq/queues/cycles";
import { findingsOf } from "@/lib/rabbitmq/queues/findings";
import { flowOf } from "@/lib/rabbitmq/queues/flow";
import { groupsOf, worstFirst } from "@/lib/rabbitmq/queues/groups";
import { followHeadsOfQueue, type HeadOfQueue } from "@/lib/rabbitmq/queues/head-of-queue";
import { queueKey } from "@/lib/rabbitmq/queues/queue";
import { dlx, aQueue as queue } from "@/lib/rabbitmq/queues/queues.testing";
import { rolesOf } from "@/lib/rabbitmq/queues/roles";
import { topologyOf } from "@/lib/rabbitmq/queues/topology";

const exchange = (name: string, type: string, alternate: Exchange["alternate"] = null): Exchange => ({
  vhost: "/",
  name,
  type,
  alternate,
});
/** "retry.x orders -> orders.retry"; "=> x" leads to an exchange. */
function bound(line: string): Binding {
  const [, source = "", routingKey = "", arrow, destination = ""] = /^(\S+) (\S*) ?([-=])> (\S+)$/.exec(line) ?? [];
  return { vhost: "/", source, destination, to: arrow === "=" ? "exchange" : "queue", routingKey };
}
/** Each queue has its binding at the default exchange, as the broker lists it. */
const topology = (queues: readonly Queue[], exchanges: readonly Exchange[], lines: readonly string[]) =>
  topologyOf(
    [exchange("", "direct"), ...exchanges],
    [
      ...queues.map(
        ({ name, vhost }): Binding => ({ vhost, source: "", destination: name, to: "queue", routingKey: name }),
      ),
      ...lines.map(bound),
    ],
  );

const routes = (queues: readonly Queue[], exchanges: readonly Exchange[], lines: readonly string[]) => {
  const { feeds, leaks } = flowOf(queues, topology(queues, exchanges, lines));
  const name = (key: string) => key.split("\0")[2];
  return [
    ...[...feeds].flatMap(([from, out]) =>
      out.map(({ to, sure }) => `${name(from)} ${sure ? "->" : "~>"} ${name(to)}`),
    ),
    ...[...leaks].map(([from, leak]) => `${name(from)} ${leak}`),
  ];
};

describe("routes of dead-lettered messages", () => {
  test.each<[string, Queue[], Exchange[], string[], string[]]>([
    [
      "a direct exchange, by the queue's key",
      [queue("a", { arguments: dlx("x", "k") }), queue("b"), queue("c")],
      [exchange("x", "direct")],
      ["x k -> b", "x other -> c"],
      ["a -> b"],
    ],
    [
      "without a key of its own, by the keys it is bound with",
      [queue("a", { arguments: dlx("x") }), queue("b")],
      [exchange("x", "direct"), exchange("in", "direct")],
      ["in k -> a", "x k -> b"],
      ["a -> b"],
    ],
    [
      "a topic that depends on the message's key is possible",
      [queue("a", { arguments: dlx("x") }), queue("b"), queue("c")],
      [exchange("x", "topic"), exchange("in", "topic")],
      ["in mail.# -> a", "x *.failed -> b", "x sms.# -> c"],
      ["a ~> b"],
    ],
    [
      "headers are possible, a fanout is sure",
      [queue("a", { arguments: dlx("h") }), queue("b", { arguments: dlx("f") }), queue("c")],
      [exchange("h", "headers"), exchange("f", "fanout")],
      ["h  -> c", "f  -> c"],
      ["a ~> c", "b -> c"],
    ],
    [
      "an exchange bound to another, in a ring as well",
      [queue("a", { arguments: dlx("x", "k") }), queue("b")],
      [exchange("x", "direct"), exchange("y", "fanout")],
      ["x k => y", "y  => x", "y  -> b"],
      ["a -> b"],
    ],
    [
      "a message that matches no binding goes to the alternate exchange",
      [queue("a", { arguments: dlx("x", "k") }), queue("b", { arguments: dlx("x", "j") }), queue("c")],
      [exchange("x", "direct", "alt"), exchange("alt", "fanout")],
      ["x j -> b", "alt  -> c"],
      ["a -> c", "b -> b"],
    ],
    [
      "missing, without a binding, and not known because a policy could not be read",
      [
        queue("a", { arguments: dlx("missing") }),
        queue("b", { arguments: dlx("x", "k") }),
        queue("c", { arguments: dlx("u") }),
      ],
      [exchange("x", "direct"), { ...exchange("u", "direct"), alternate: undefined }],
      [],
      ["a exchange-missing", "b routes-nowhere"],
    ],
  ])("%s", (_, queues, exchanges, lines, expected) => expect(routes(queues, exchanges, lines)).toEqual(expected));

  test("a queue declared after the bindings were read has no leak", () => {
    const late = queue("late", { arguments: dlx("new") });
    expect(flowOf([late], topology([], [exchange("x", "direct")], [])).leaks.size).toBe(0);
  });
});

test("the roles of the recorded broker follow from its bindings", () => {
  const read = (file: string): unknown =>
    JSON.parse(readFileSync(join(import.meta.dirname, "../api/recorded/3.10.8", `${file}.json`), "utf8"));
  const bindings = parseBindings(read("bindings"));
  const queues = parseQueues(read("queues_topology"), "main");
  const plain = (name: string, type: string) => ({ name, vhost: "/", type, arguments: {} });
  const exchanges = parseExchanges(
    [plain("", "direct"), plain("retry.x", "direct"), plain("work.x", "direct"), plain("dlx", "fanout")],
    null,
  );
  if (!bindings.ok || !queues.ok || !exchanges.ok) throw new Error("refused");
  const known = topologyOf(exchanges.value, bindings.value);
  const roles = rolesOf(queues.value.rows, new Set(), known).map(
    ({ name, role, roleBecause }) => `${name}: ${role} ${roleBecause}`,
  );
  expect(roles).toEqual([
    "mail: work consumed",
    "mail.delay: delay message-ttl-returns-to-queue",
    "orders: work consumed",
    "orders.dead: dead-letter dead-letter-target",
    "orders.retry: retry ttl-returns-to-cycle",
    "pol.retry: retry named-retry",
    "pol.work: work nothing-special",
    "qq: work consumed",
    "st: work nothing-special",
  ]);
});

test.each<[string, unknown, unknown, unknown]>([
  [
    "an argument overrides the policy",
    { "alternate-exchange": "a" },
    [{ name: "p", vhost: "/", definition: { "alternate-exchange": "b" } }],
    "a",
  ],
  ["the policy alone", {}, [{ name: "p", vhost: "/", definition: { "alternate-exchange": "b" } }], "b"],
  ["a policy without one", [], [{ name: "p", vhost: "/", definition: {} }], null],
  ["a policy that could not be read", {}, null, undefined],
])("the alternate exchange in force: %s", (_, args, policies, expected) => {
  const outcome = parseExchanges(
    [{ name: "x", vhost: "/", type: "direct", arguments: args, policy: "p" }, 7],
    policies,
  );
  expect(outcome.ok && outcome.value.map(({ alternate }) => alternate)).toEqual([expected]);
});

test("an empty list of exchanges means that this user may not see them", () => expect(topologyOf([], [])).toBeNull());

test.each([
  ["a>b b>a", ["ab"]],
  ["a>a", ["a"]],
  ["a>b b>c", []],
  ["a>b b>c c>a c>d d>e e>d", ["de", "abc"]],
])("cycles of %s", (edges, expected) => {
  const pairs = edges.split(" ").map((edge) => edge.split(">"));
  const next = new Map(
    [...Map.groupBy(pairs, ([from]) => from ?? "")].map(([from, out]) => [from, out.map(([, to]) => to ?? "")]),
  );
  expect(cyclesOf(next).map((cycle) => cycle.toSorted().join(""))).toEqual(expected);
});

describe("findings", () => {
  const NOW = 1_000_000_000;
  const found = (
    queues: readonly Queue[],
    heads: ReadonlyMap<string, HeadOfQueue> = new Map(),
    ever = new Set<string>(),
  ) => {
    const known = topology(queues, [exchange("x", "direct")], []);
    const flow = flowOf(queues, known);
    const cycles = cyclesOf(new Map([...flow.feeds].map(([key, out]) => [key, out.map((feed) => feed.to)])));
    const input = { flow, cycles, heads, everConsumed: ever, nowMs: NOW };
    return findingsOf(rolesOf(queues, ever, known), input).map(
      (finding) => `${finding.severity} ${finding.kind} ${finding.queues.toSorted().join(",")}`,
    );
  };
  const loop = (facts: Partial<Queue> = {}) => [
    queue("a", { ready: 3, ...facts, arguments: dlx("", "b", 5) }),
    queue("b", { arguments: dlx("", "a", 5) }),
  ];
  const dead = (facts: Partial<Queue>) => [queue("w", { consumers: 1, arguments: dlx("", "d") }), queue("d", facts)];
  const keyOf = (name: string) => queueKey({ broker: "main", vhost: "/", name });

  test.each<[string, Queue[], string[]]>([
    ["a loop without consumers", loop(), ["critical loop-without-consumer a,b"]],
    ["an empty one is a warning", loop({ ready: 0 }), ["warning loop-without-consumer a,b"]],
    ["a loop with a consumer is a retry loop", loop({ consumers: 1 }), []],
    ["consumers that are not measured", loop({ consumers: null }), []],
    ["a dead-letter queue without consumers", dead({ ready: 2 }), ["warning dead-letter-unread d"]],
    ["an empty one", dead({ ready: 0 }), []],
    ["one that is not measured", dead({ ready: null }), []],
    ["an exchange without bindings", [queue("w", { arguments: dlx("x", "k") })], ["warning routes-nowhere w"]],
    [
      "the default exchange and a missing queue",
      [queue("w", { arguments: dlx("", "k") })],
      ["warning routes-nowhere w"],
    ],
  ])("%s", (_, queues, expected) => expect(found(queues)).toEqual(expected));

  test("a loop that has lost its consumers is not one without", () =>
    expect(found(loop(), new Map(), new Set([keyOf("b")]))).toEqual([]));

  test.each<[string, number, number, string[]]>([
    ["outlives its time-to-live", 60, 600, ["critical head-blocked r"]],
    ["is within the lag of the numbers", 20, 600, []],
    ["is old and has just returned", 0, 600, []],
  ])("a head that %s", (_, firstSeconds, ageSeconds, expected) => {
    const head = { timestampSeconds: NOW / 1_000 - ageSeconds, ready: 4, sinceMs: NOW - firstSeconds * 1_000 };
    const waiting = { ready: 4, headMessageTimestampSeconds: head.timestampSeconds, arguments: dlx("", "w", 5_000) };
    const queues = [queue("w", { consumers: 1, arguments: dlx("", "r") }), queue("r", waiting)];
    expect(found(queues, new Map([[keyOf("r"), head]]))).toEqual(expected);
  });
});

test.each<[string, [head: number | null, ready: number, delivered: number][], number]>([
  [
    "the same first message",
    [
      [7, 3, 0],
      [7, 3, 0],
      [7, 4, 0],
    ],
    0,
  ],
  [
    "another first message",
    [
      [7, 3, 0],
      [8, 3, 0],
      [8, 3, 0],
    ],
    1,
  ],
  [
    "fewer messages: one returned with its old timestamp",
    [
      [7, 3, 0],
      [7, 2, 0],
      [7, 2, 0],
    ],
    1,
  ],
  [
    "deliveries from its target",
    [
      [7, 1, 0],
      [7, 1, 2],
      [7, 1, 0],
    ],
    1,
  ],
])("since when a message has been first: %s", (_, story, since) => {
  let heads: ReadonlyMap<string, HeadOfQueue> = new Map();
  for (const [at, [headMessageTimestampSeconds, ready, deliver]] of story.entries()) {
    const target = queue("w", { rates: { publish: null, deliver, ack: null } });
    const waiting = queue("r", { ready, headMessageTimestampSeconds, arguments: dlx("", "w", 1_000) });
    heads = followHeadsOfQueue(heads, [waiting], () => [target], at);
  }
  expect([...heads.values()].map((head) => head.sinceMs)).toEqual([since]);
});

test("groups show the worst queues first and count those left out", () => {
  const many = Array.from({ length: 20 }, (_, at) => queue(`w${at}`, { consumers: 1, arguments: dlx("", "dead") }));
  const queues = [
    queue("mail", { consumers: 1 }),
    queue("later", { arguments: dlx("", "mail", 9) }),
    ...many,
    queue("dead", { ready: 5 }),
  ];
  const roled = rolesOf(queues, new Set(), topology(queues, [], []));
  const groups = worstFirst(groupsOf(roled, flowOf(queues, null), ({ name }) => (name === "dead" ? 1 : 0)));
  expect(groups.map((group) => [group.queues[0]?.name, group.queues.length, group.more, group.links.length])).toEqual([
    ["dead", 12, 9, 11],
    ["later", 2, 0, 1],
  ]);
});

test("of several brokers the most troubled group is first, then the fullest", () => {
  const groupsOfBroker = (broker: string, ready: number, trouble: number) => {
    const queues = [
      { ...queue(`${broker}.work`, { arguments: dlx("", `${broker}.dead`) }), broker },
      { ...queue(`${broker}.dead`, { ready }), broker },
    ];
    return groupsOf(rolesOf(queues, new Set()), flowOf(queues, null), ({ name }) =>
      name.endsWith("dead") ? trouble : 0,
    );
  };
  const groups = worstFirst([
    ...groupsOfBroker("calm", 90_000, 0),
    ...groupsOfBroker("few", 5, 2),
    ...groupsOfBroker("many", 900, 2),
    ...groupsOfBroker("worst", 1, 3),
  ]);
  expect(groups.map((group) => group.queues[0]?.broker)).toEqual(["worst", "many", "few", "calm"]);
});
