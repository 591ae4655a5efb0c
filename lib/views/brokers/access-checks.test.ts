import { expect, test } from "vitest";
import { type EndpointCost, NO_PUSH } from "@/lib/collector/memory";
import type { ExchangeStatus, PushStatus } from "@/lib/rabbitmq/events/event";
import { accessChecks } from "@/lib/views/brokers/access-checks";

const ALL: readonly EndpointCost["what"][] = ["overview", "connections", "nodes", "consumers", "queues"];
const overview = (statsDisabled: boolean) => ({
  ...{ version: "3.10.8", clusterName: "a", connections: 1, connectionsCreated: 1, connectionsClosed: 0 },
  ...{ openedPerSecond: 0, closedPerSecond: 0, statsDisabled, simulated: false },
});

interface Story {
  readonly refused?: Partial<Record<EndpointCost["what"], string>>;
  readonly rows?: Partial<Record<EndpointCost["what"], number>>;
  readonly statsDisabled?: boolean;
  readonly blind?: boolean;
  readonly standing?: PushStatus;
}

const standsAt = (is: ExchangeStatus["is"]): ExchangeStatus => ({ is, sinceMs: 0, because: "what came back" });
const FLOWING = { is: "flowing", sinceMs: 0, because: null } as const;
const FLOWS: PushStatus = { events: FLOWING, log: FLOWING };

/** What cannot be seen, each with its remedy. */
const told = ({ refused = {}, rows = {}, statsDisabled = false, blind = false, standing = FLOWS }: Story): string =>
  accessChecks({
    answers: ALL.map((what) => ({ what, because: refused[what] ?? null, rows: rows[what] ?? 1 })),
    overview: overview(statsDisabled),
    standing,
    reach: { is: blind ? "unreachable" : "reachable", sinceMs: 0, because: null },
  })
    .filter((sight) => !sight.ok)
    .map((sight) => `${sight.what}:${sight.remedy}`)
    .join(" ");

test.each<[string, Story, string]>([
  ["everything answers", {}, ""],
  ["no amqpUrl", { standing: NO_PUSH }, "events:set-amqp-url log:set-amqp-url"],
  [
    "neither the plugin nor the log exchange is on",
    { standing: { events: standsAt("missing"), log: standsAt("missing") } },
    "events:enable-events log:enable-log",
  ],
  [
    "the account may not listen, and the broker has gone",
    { standing: { events: standsAt("refused"), log: standsAt("connecting") } },
    "events:listener-permission log:amqp-reach",
  ],
  ["a wrong password", { refused: { nodes: "401 from /api/nodes: Login failed" } }, "nodes:credentials"],
  ["no monitoring tag", { refused: { nodes: "401 from /api/nodes: Not monitor user" } }, "nodes:tag-monitoring"],
  ["a tag and no permission", { rows: { queues: 0, consumers: 3 } }, "queues:vhost-permission"],
  ["no queue because there is none", { rows: { queues: 0, consumers: 0 } }, ""],
  ["statistics off", { statsDisabled: true }, "statistics:enable-statistics"],
  [
    "consumers refused for want of statistics",
    { refused: { consumers: "400 from /api/consumers: Stats in management UI are disabled on this node" } },
    "consumers:enable-statistics",
  ],
  [
    "nobody there",
    { blind: true, refused: { overview: "the management API could not be reached (ECONNREFUSED)" } },
    "overview:reach",
  ],
  ["an odd answer has no remedy we know", { refused: { queues: "500 from /api/queues" } }, "queues:null"],
])("%s", (_, story, expected) => expect(told(story)).toBe(expected));
