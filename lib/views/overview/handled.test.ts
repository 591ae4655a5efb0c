import { expect, test } from "vitest";
import { verbatim } from "@/lib/base/messages/reason";
import { anAlertView } from "@/lib/views/alerts/alerts.testing";
import type { AlertView } from "@/lib/views/alerts/schema";
import { withHandled } from "@/lib/views/overview/handled";
import type { Trouble } from "@/lib/views/overview/schema";

const text = { severity: "critical", sinceMs: 1 } as const;
const gone = { reason: null, inferred: false };
const lost: Trouble = {
  ...{ kind: "client-lost", subject: "a", clientId: "c1", broker: "main", product: null },
  ...{ ...text, ...gone },
};
const absent: Trouble = { ...lost, kind: "client-absent" };
const runner: Trouble = { kind: "runner-stuck", subject: "gpu", source: "videos", jobsRunning: 1, ...text };
const backlog: Trouble = { kind: "retry-backlog", subject: "db/q", due: 1, perMinute: null, ...text };
const blindBroker: Trouble = {
  kind: "broker-blind",
  subject: "main",
  because: "401",
  reason: verbatim("401"),
  ...text,
};
const blindSource: Trouble = {
  kind: "source-blind",
  subject: "db",
  because: "refused",
  reason: verbatim("refused"),
  ...text,
};
const notBack: Trouble = {
  kind: "clients-not-back",
  subject: "a",
  broker: "main",
  missing: 1,
  lost: 1,
  went: 2,
  back: 1,
  ...text,
};
const unconsumed: Trouble = {
  kind: "queue-without-consumer",
  subject: "main/orders",
  broker: "main",
  vhost: "/",
  queue: "orders",
  ...text,
};
const own: Trouble = { kind: "alert", subject: "deep", alertId: "a7", summary: "", ...text };

const acknowledged = { acknowledgedBy: "ann" };
const muted = { mutedBy: { by: "silence-window", id: "w", text: "deployment", untilMs: 9 } } as const;
const caused = { mutedBy: { by: "alert", id: "x", text: "main cannot be seen" } } as const;
const ann = { how: "acknowledged", by: "ann" };
const window = { how: "muted", by: "deployment" };

const client = (of: Partial<AlertView>) => anAlertView({ rule: "client-lost", labels: { clientId: "c1" }, ...of });
const queue = { source: "db", queue: "q" };

test.each<[string, Trouble, AlertView[], object | null]>([
  ["no alert speaks of it: nobody's", lost, [], null],
  ["its alert fires, and nobody has it", lost, [client({})], null],
  ["acknowledged", lost, [client(acknowledged)], ann],
  ["in a silence window", lost, [client(muted)], window],
  ["muted by its cause", lost, [client(caused)], { how: "muted", by: "main cannot be seen" }],
  ["of another client", lost, [client({ ...acknowledged, labels: { clientId: "c2" } })], null],
  ["of another rule on the same client", lost, [client({ ...acknowledged, rule: "client-blocked" })], null],
  ["of the phase before, under the same id", lost, [client({ ...acknowledged, rule: "heartbeat-late" })], ann],
  ["only a firing alert can be taken", lost, [client({ ...acknowledged, state: "resolved" })], null],
  ["who may still come back has no rule", absent, [client(acknowledged)], null],
  [
    "of two alerts on one backlog, one is still nobody's",
    backlog,
    [
      anAlertView({ rule: "retry-backlog", labels: queue, ...acknowledged }),
      anAlertView({ rule: "retry-not-draining", labels: queue }),
    ],
    null,
  ],
  [
    "of two alerts, one acknowledged and one muted: somebody has it",
    backlog,
    [
      anAlertView({ rule: "retry-backlog", labels: queue, ...muted }),
      anAlertView({ rule: "retry-not-draining", labels: queue, ...acknowledged }),
    ],
    ann,
  ],
  [
    "a runner of its source",
    runner,
    [anAlertView({ rule: "runner-stuck", labels: { source: "videos", runner: "gpu" }, ...muted })],
    window,
  ],
  [
    "a runner of that name of another source",
    runner,
    [anAlertView({ rule: "runner-stuck", labels: { source: "x", runner: "gpu" }, ...muted })],
    null,
  ],
  [
    "a blind broker",
    blindBroker,
    [anAlertView({ rule: "broker-unreachable", labels: { broker: "main" }, ...acknowledged })],
    ann,
  ],
  [
    "a blind source",
    blindSource,
    [anAlertView({ rule: "source-unreachable", labels: { source: "db" }, ...acknowledged })],
    ann,
  ],
  [
    "those whom a broker took along",
    notBack,
    [anAlertView({ rule: "clients-not-back", labels: { broker: "main" }, ...muted })],
    window,
  ],
  ["an alert of one's own, by its id", own, [anAlertView({ id: "a7", rule: "deep", ...acknowledged })], ann],
  ["another alert of that rule", own, [anAlertView({ id: "a8", rule: "deep", ...acknowledged })], null],
  [
    "a queue on a broker",
    unconsumed,
    [
      anAlertView({
        rule: "queue-without-consumer",
        labels: { broker: "main", vhost: "/", queue: "orders" },
        ...acknowledged,
      }),
    ],
    ann,
  ],
  [
    "a queue of that name on another virtual host",
    unconsumed,
    [
      anAlertView({
        rule: "queue-without-consumer",
        labels: { broker: "main", vhost: "media", queue: "orders" },
        ...acknowledged,
      }),
    ],
    null,
  ],
])("%s", (_, line, alerts, taken) => expect(withHandled([line], alerts)).toEqual([{ ...line, taken }]));
