import { expect, test } from "vitest";
import { type Reason, reason, verbatim } from "@/lib/base/messages/reason";
import { type EndpointCost, NO_PUSH } from "@/lib/collector/broker/memory";
import type { ExchangeStatus, PushStatus } from "@/lib/rabbitmq/events/event";
import { accessChecks } from "@/lib/views/brokers/access-checks";

const ALL: readonly EndpointCost["what"][] = ["overview", "connections", "nodes", "consumers", "queues"];
const overview = ({ statsDisabled = false, ratesDisabled = false }: Scenario) => ({
  version: "3.10.8",
  clusterName: "a",
  connections: 1,
  connectionsCreated: 1,
  connectionsClosed: 0,
  openedPerSecond: 0,
  closedPerSecond: 0,
  statsDisabled,
  ratesDisabled,
  simulated: false,
});

interface Scenario {
  readonly refused?: Partial<Record<EndpointCost["what"], Reason>>;
  readonly rows?: Partial<Record<EndpointCost["what"], number>>;
  readonly statsDisabled?: boolean;
  readonly ratesDisabled?: boolean;
  readonly blind?: boolean;
  readonly push?: PushStatus;
}

const status = (is: ExchangeStatus["is"]): ExchangeStatus => ({
  is,
  sinceMs: 0,
  unreadable: 0,
  reason: verbatim("the response"),
});
const FLOWING = { is: "flowing", sinceMs: 0, unreadable: 0, reason: null } as const;
const FLOWS: PushStatus = { events: FLOWING, log: FLOWING };

const answered = (status: number, what: string, text: string): Reason =>
  reason("httpStatusWithText", { status, where: `/api/${what}`, text });

/** The failed checks, each with its remedy. */
const failedChecks = (scenario: Scenario): string => {
  const { refused = {}, rows = {}, blind = false, push = FLOWS } = scenario;
  return accessChecks({
    answers: ALL.map((what) => ({ what, reason: refused[what] ?? null, rows: rows[what] ?? 1 })),
    overview: overview(scenario),
    nodes: [],
    pushStatus: push,
    reach: { is: blind ? "unreachable" : "reachable", sinceMs: 0, reason: null },
  })
    .filter(({ ok }) => !ok)
    .map(({ what, remedy }) => `${what}:${remedy}`)
    .join(" ");
};

const untrusted = reason("certificateUntrusted", { code: "SELF_SIGNED_CERT_IN_CHAIN" });
const outdated = reason("certificateOutdated", { code: "CERT_HAS_EXPIRED" });
const overTls = (why: Reason): Reason => reason("managementApiNotReachableBecause", { reason: why });
const amqpFails = (why: Reason): PushStatus => {
  const failing = { is: "connecting", sinceMs: 0, unreadable: 0, reason: why } as const;
  return { events: failing, log: failing };
};

test.each<[string, Scenario, string]>([
  [
    "a certificate that is not trusted",
    { refused: { overview: overTls(untrusted) }, blind: true, push: amqpFails(untrusted) },
    "overview:certificate events:certificate log:certificate",
  ],
  [
    "a certificate that has expired",
    { refused: { overview: overTls(outdated) }, blind: true, push: amqpFails(outdated) },
    "overview:null events:null log:null",
  ],
  ["everything answers", {}, ""],
  ["no amqpUrl", { push: NO_PUSH }, "events:set-amqp-url log:set-amqp-url"],
  [
    "neither the plugin nor the log exchange is enabled",
    { push: { events: status("missing"), log: status("missing") } },
    "events:enable-events log:enable-log",
  ],
  [
    "the account may not subscribe, and the broker is unreachable",
    { push: { events: status("refused"), log: status("connecting") } },
    "events:listener-permission log:amqp-reach",
  ],
  [
    "messages of both exchanges are in an unknown form",
    { push: { events: status("unreadable"), log: status("unreadable") } },
    "events:event-format log:log-format",
  ],
  ["a wrong password", { refused: { nodes: answered(401, "nodes", "Login failed") } }, "nodes:credentials"],
  ["no monitoring tag", { refused: { nodes: answered(401, "nodes", "Not monitor user") } }, "nodes:tag-monitoring"],
  ["a tag and no permission", { rows: { queues: 0, consumers: 3 } }, "queues:vhost-permission"],
  ["no queues exist", { rows: { queues: 0, consumers: 0 } }, ""],
  ["statistics off", { statsDisabled: true }, "statistics:enable-statistics"],
  ["rates off", { ratesDisabled: true }, "rates:enable-rates"],
  [
    "consumers refused without statistics",
    { refused: { consumers: answered(400, "consumers", "Stats in management UI are disabled on this node") } },
    "consumers:enable-statistics",
  ],
  [
    "no response at all",
    { blind: true, refused: { overview: reason("managementApiNotReachable", { code: "ECONNREFUSED" }) } },
    "overview:reach",
  ],
  [
    "a proxy in front",
    { refused: { nodes: reason("httpStatus", { status: 403, where: "/api/nodes" }) } },
    "nodes:credentials",
  ],
  [
    "no permission on a virtual host",
    { refused: { queues: answered(401, "queues", "User not authorised to access virtual host") } },
    "queues:vhost-permission",
  ],
  [
    "an unknown response has no remedy",
    { refused: { queues: reason("httpStatus", { status: 500, where: "/api/queues" }) } },
    "queues:null",
  ],
])("%s", (_, scenario, expected) => expect(failedChecks(scenario)).toBe(expected));
