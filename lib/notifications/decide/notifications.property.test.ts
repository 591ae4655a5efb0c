import fc from "fast-check";
import { expect, test } from "vitest";
import { BUILT_IN_INHIBITIONS } from "@/lib/alerts/incidents/inhibit";
import { propertyRuns } from "@/lib/base/testing/property-runs.testing";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { deliveriesFor } from "@/lib/collector/tick/deliveries";
import type { Notification, Receiver } from "@/lib/notifications/decide/notification";
import { aReceiver, createScenario, type NotificationScenario } from "@/lib/notifications/decide/scenario.testing";

const RUNS = propertyRuns(400);
const WITHIN_MS = 2 * MINUTE;
const NAMES = ["a", "b", "cause"] as const;
const WAIT_MS = 2 * MINUTE;
const GROUP = { by: ["broker", "rule"], over: 1, waitMs: 0 };
const WEBHOOKS: readonly Receiver[] = [
  aReceiver(),
  aReceiver({ id: "pager", severities: ["critical"] }),
  aReceiver({ id: "chat", group: GROUP }),
  aReceiver({ id: "waiting", group: { ...GROUP, waitMs: WAIT_MS } }),
];
const RECEIVERS = WEBHOOKS.map((webhook) => ({ ...webhook, language: "en" as const }));

type Act =
  | { readonly do: "set"; readonly name: (typeof NAMES)[number]; readonly is: "warning" | "critical" | null }
  | { readonly do: "silence"; readonly names: readonly string[] }
  | { readonly do: "acknowledge"; readonly name: (typeof NAMES)[number]; readonly forMs: number }
  | { readonly do: "unacknowledge"; readonly name: (typeof NAMES)[number] }
  | { readonly do: "evaluate"; readonly afterMs: number }
  | { readonly do: "restart" };

const name = fc.constantFrom(...NAMES);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("set" as const), name, is: fc.constantFrom("warning", "critical", null) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("evaluate" as const),
      afterMs: fc.constantFrom(SECOND, MINUTE, 6 * MINUTE),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("silence" as const), names: fc.subarray([...NAMES]) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("acknowledge" as const),
      name,
      forMs: fc.constantFrom(MINUTE, 60 * MINUTE),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("unacknowledge" as const), name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
);

/** What receivers got: the last notification of each webhook and instance, and the ids of all deliveries. */
interface Received {
  readonly last: Map<string, Notification>;
  readonly ids: Set<string>;
}

function perform(scenario: NotificationScenario, received: Received, act: Act): void {
  if (act.do === "set") scenario.set(act.name, act.is);
  else if (act.do === "silence") scenario.silence(act.names);
  else if (act.do === "acknowledge") scenario.acknowledge(act.name, act.forMs);
  else if (act.do === "unacknowledge") scenario.unacknowledge(act.name);
  else if (act.do === "restart") scenario.restart();
  else evaluate(scenario, received, act.afterMs);
}

function evaluate(scenario: NotificationScenario, received: Received, afterMs: number): void {
  const { notifications } = scenario.evaluate(afterMs);
  for (const notification of notifications)
    received.last.set(`${notification.webhook} ${notification.alert.labels.client}`, notification);
  const deliveries = deliveriesFor(notifications, RECEIVERS, scenario.nowMs());
  for (const { id } of deliveries) {
    expect(received.ids.has(id), "each delivery has its own id").toBe(false);
    received.ids.add(id);
  }
  for (const name of NAMES) {
    for (const webhook of ["ops", "chat"]) expectUpToDate(scenario, received, webhook, name);
    for (const webhook of ["pager", "waiting"]) expectNoStaleIncident(scenario, received, webhook, name);
  }
}

/** A receiver knows the current status of each instance that is not muted. */
function expectUpToDate(scenario: NotificationScenario, received: Received, webhook: string, name: string): void {
  const state = scenario.state(name);
  const alert = scenario.alert(name);
  const last = received.last.get(`${webhook} ${name}`);
  const isOpen = last !== undefined && last.type !== "alert.resolved";
  expectNoStaleIncident(scenario, received, webhook, name);
  if (state === undefined || state.mute !== null || alert === undefined) return;
  if (state.flappingSinceMs !== null) expect(last?.type).toBe("alert.flapping");
  else if (scenario.isAcknowledged(name)) expect(isOpen ? last.type : "alert.acknowledged").toBe("alert.acknowledged");
  else {
    expect(last?.type).toBe("alert.firing");
    // An alert that eased is not sent again, so the receiver may know the worse severity.
    if (alert.severity === "critical") expect(last?.alert.severity).toBe("critical");
  }
}

/** Muted or not, no receiver has an incident open that is over. */
function expectNoStaleIncident(
  scenario: NotificationScenario,
  received: Received,
  webhook: string,
  name: string,
): void {
  const last = received.last.get(`${webhook} ${name}`);
  if (scenario.alert(name) !== undefined || last === undefined) return;
  expect(last.type).toBe(scenario.state(name)?.flappingSinceMs == null ? "alert.resolved" : last.type);
}

test(
  "after any sequence of flips, mutes, acknowledgements and restarts, the last notification is the current status",
  () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
        const scenario = createScenario({
          receivers: WEBHOOKS,
          inhibitions: BUILT_IN_INHIBITIONS,
          repeat: { warning: 30 * MINUTE, critical: 10 * MINUTE },
        });
        const received: Received = { last: new Map(), ids: new Set() };
        for (const act of acts) perform(scenario, received, act);
        // Once nothing flaps or is muted, every receiver is up to date, also one that waits for a group.
        scenario.silence([]);
        scenario.set("cause", null);
        for (const name of NAMES) scenario.unacknowledge(name);
        for (const afterMs of [MINUTE, 6 * MINUTE, WAIT_MS, SECOND]) evaluate(scenario, received, afterMs);
        for (const name of NAMES) expectUpToDate(scenario, received, "waiting", name);
        for (const name of NAMES)
          expect(scenario.state(name)?.flappingSinceMs ?? null, "it does not flap any more").toBeNull();
        for (const name of NAMES) {
          const alert = scenario.alert(name);
          if (alert?.severity === "critical") {
            expect(received.last.get(`pager ${name}`)?.type).toBe("alert.firing");
          }
        }
      }),
      { numRuns: RUNS },
    );
  },
  WITHIN_MS,
);
