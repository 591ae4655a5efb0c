import { expect, test } from "vitest";
import type { Queue } from "@/lib/rabbitmq/api/broker";
import { backlogOf, oldestMessageSeconds, totalBacklog } from "@/lib/rabbitmq/queues/backlog";
import { deadLettering, messageTtlMs, queueKey } from "@/lib/rabbitmq/queues/queue";
import { dlx, aQueue as queue } from "@/lib/rabbitmq/queues/queues.testing";
import { recordConsumed, rolesOf } from "@/lib/rabbitmq/queues/roles";

const roles = (queues: readonly Queue[], everConsumed?: ReadonlySet<string>) =>
  rolesOf(queues, everConsumed).map((queue) =>
    [queue.name, queue.role, queue.roleBecause, queue.retriesInto].join(" "),
  );

test.each<[string, Queue[], string[]]>([
  [
    "a work queue and its retry queue, and a work queue with a dead-letter queue",
    [
      queue("jobs", { consumers: 2, arguments: dlx("", "jobs.wait") }),
      queue("jobs.wait", { arguments: dlx("", "jobs", 5000) }),
      queue("parked", {}),
      queue("mail", { consumers: 1, arguments: dlx("", "parked") }),
    ],
    [
      "jobs work consumed ",
      "jobs.wait retry ttl-returns-to-cycle jobs",
      "parked dead-letter dead-letter-target ",
      "mail work consumed ",
    ],
  ],
  [
    "a queue with a time-to-live per message shows only its target",
    [queue("mail", { consumers: 1 }), queue("later", { arguments: dlx("", "mail") })],
    ["mail work consumed ", "later delay message-ttl-returns-to-queue mail"],
  ],
  [
    "a queue-wide time-to-live before a queue that does not dead-letter is a delay",
    [queue("mail", { consumers: 1 }), queue("later", { arguments: dlx("", "mail", 1000) })],
    ["mail work consumed ", "later delay ttl-returns-to-queue mail"],
  ],
  [
    "an expiring work queue without a consumer stays work: it leads to a dead-letter queue",
    [queue("orders", { arguments: dlx("", "graveyard", 60_000) }), queue("graveyard")],
    ["orders work nothing-special ", "graveyard dead-letter dead-letter-target "],
  ],
  [
    "behind named exchanges the role is inferred from the name, and marked so",
    [
      queue("orders", { consumers: 1, arguments: dlx("retry.x") }),
      queue("orders.retry", { arguments: dlx("work.x", undefined, 3000) }),
      queue("orders.dead"),
      queue("pol.work", { effectivePolicy: { "dead-letter-exchange": "retry.x", "message-ttl": 30_000 } }),
    ],
    [
      "orders work consumed ",
      "orders.retry retry named-retry orders",
      "orders.dead dead-letter named-dead-letter ",
      "pol.work work exchange-unresolved ",
    ],
  ],
  [
    "numbered steps and delayed-<ms> names contain their queue's name",
    [
      queue("sync", { consumers: 1 }),
      queue("sync.retry.30s", { arguments: dlx("x") }),
      queue("delayed-5000.tasks.sync", { arguments: dlx("tasks", "sync", 5000) }),
      queue("events_retry", { arguments: dlx("x") }),
    ],
    [
      "sync work consumed ",
      "sync.retry.30s retry named-retry sync",
      "delayed-5000.tasks.sync delay named-delay sync",
      "events_retry retry named-retry ",
    ],
  ],
  [
    "a consumed dead-letter queue is still one; part of a word is not a name",
    [queue("orders.dlq", { consumers: 1 }), queue("deadline"), queue("retryable"), queue("delayed.reports")],
    [
      "orders.dlq dead-letter named-dead-letter ",
      "deadline work nothing-special ",
      "retryable work nothing-special ",
      "delayed.reports work nothing-special ",
    ],
  ],
  [
    "a queue that dead-letters into itself, or into a missing queue, is work",
    [queue("loop", { arguments: dlx("", "loop", 10) }), queue("lost", { arguments: dlx("", "nowhere", 10) })],
    ["loop work nothing-special ", "lost work nothing-special "],
  ],
  [
    "virtual hosts are separate",
    [queue("mail", { consumers: 1 }), queue("later", { vhost: "other", arguments: dlx("", "mail", 1000) })],
    ["mail work consumed ", "later work nothing-special "],
  ],
])("%s", (_, queues, expected) => expect(roles(queues)).toEqual(expected));

test("roles stay when the consumers die", () => {
  const alive = [queue("mail", { consumers: 1 }), queue("later", { arguments: dlx("", "mail", 1000) })];
  const dead = alive.map((queue) => ({ ...queue, consumers: 0 }));
  const memory = recordConsumed(recordConsumed(new Set(), alive), dead);
  expect(roles(dead, memory)).toEqual(roles(alive));
  expect(recordConsumed(memory, [])).toEqual(new Set());
  expect(memory.has(queueKey({ broker: "main", vhost: "/", name: "mail" }))).toBe(true);
});

test.each<[string, Partial<Queue>, unknown, unknown]>([
  ["nothing set", {}, null, null],
  [
    "an argument overrides the policy",
    { arguments: dlx("a", "k1"), effectivePolicy: { "dead-letter-exchange": "b", "dead-letter-routing-key": "k2" } },
    { exchange: "a", routingKey: "k1" },
    null,
  ],
  [
    "the policy alone",
    { effectivePolicy: { "dead-letter-exchange": "b", "message-ttl": 7 } },
    { exchange: "b", routingKey: null },
    7,
  ],
  [
    "the smaller time-to-live wins",
    { arguments: { "x-message-ttl": 60_000 }, effectivePolicy: { "message-ttl": 30_000 } },
    null,
    30_000,
  ],
])("dead-lettering and time-to-live in force: %s", (_, facts, edge, ttl) => {
  expect(deadLettering(queue("q", facts))).toEqual(edge);
  expect(messageTtlMs(queue("q", facts))).toBe(ttl);
});

test("the backlog is in retry, delay and dead-letter queues; unknown stays unknown", () => {
  const roled = rolesOf([
    queue("orders", { consumers: 1, ready: 900 }),
    queue("orders.retry", { ready: 7 }),
    queue("orders.dlq", { ready: null }),
  ]);
  expect(roled.map(backlogOf)).toEqual([
    { retry: null, deadLetter: null },
    { retry: 7, deadLetter: null },
    { retry: null, deadLetter: null },
  ]);
  expect(totalBacklog(roled)).toEqual({ retry: 7, deadLetter: null });
  expect(totalBacklog([])).toEqual({ retry: null, deadLetter: null });
});

test.each<[string, Partial<Queue>, number | null]>([
  ["no timestamp", { ready: 3 }, null],
  ["ten seconds old", { ready: 3, headMessageTimestampSeconds: 1_000_000 - 10 }, 10],
  ["a publisher's clock a little ahead", { ready: 3, headMessageTimestampSeconds: 1_000_030 }, 0],
  ["milliseconds taken for seconds", { ready: 3, headMessageTimestampSeconds: 1_000_000_000 }, null],
  ["an empty queue has no oldest message", { ready: 0, unacked: 0, headMessageTimestampSeconds: 999_000 }, null],
])("age of the oldest message: %s", (_, facts, expected) => {
  expect(oldestMessageSeconds(queue("q", facts), 1_000_000_000)).toBe(expected);
});
