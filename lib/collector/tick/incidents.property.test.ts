import fc from "fast-check";
import { expect, test } from "vitest";
import type { AlertMemory } from "@/lib/alerts/engine/evaluate-alerts";
import { keyOf } from "@/lib/alerts/engine/measure";
import { scopeOf } from "@/lib/alerts/engine/target-visibility";
import { firingAlert } from "@/lib/alerts/incidents/incidents.testing";
import type { Alert } from "@/lib/alerts/model/alert";
import type { Severity } from "@/lib/alerts/model/rule";
import { keyedMutex } from "@/lib/base/concurrency/mutex";
import type { Labels } from "@/lib/base/signals/labels";
import { propertyRuns } from "@/lib/base/testing/property-runs.testing";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import {
  commitNotifications,
  emptyNotifications,
  evaluateNotifications,
  type NotificationContext,
  notificationSettings,
} from "@/lib/collector/tick/notifications";
import { updateScope } from "@/lib/collector/tick/scope-state";
import { readConfig } from "@/lib/config/read-config";
import { FileConfig } from "@/lib/config/schema";
import { acknowledgementKey } from "@/lib/notifications/decide/notification";
import { aWebhook } from "@/lib/notifications/delivery/webhooks.testing";
import type { Webhook } from "@/lib/notifications/formats/webhook";

const START_MS = Date.UTC(2026, 10, 21, 12);
const BROKER: Labels = { broker: "main" };
const client = (name: string): Labels => ({ broker: "main", vhost: "/", client: name, clientId: `id-${name}` });
const INSTANCES: readonly (readonly [rule: string, labels: Labels])[] = [
  ["broker-unreachable", BROKER],
  ["clients-not-back", BROKER],
  ["client-lost", client("a")],
  ["client-flapping", client("a")],
  ["client-lost", client("b")],
  ["source-unreachable", { source: "table" }],
  ["retry-not-draining", { source: "table", queue: "jobs" }],
  ["runner-silent", { source: "table", runner: "r" }],
];
const SCOPES = ["broker:main", "source:table"] as const;
const common = { ...aWebhook("http://127.0.0.1:1"), secrets: undefined };
const CHATS = ["chat", "pager"] as const;
const WEBHOOKS: readonly Webhook[] = [
  { ...common, id: "chat", format: "slack" },
  { ...common, id: "pager", format: "pagerduty", routingKey: "k" },
  aWebhook("http://127.0.0.1:2"),
];

interface Delivered {
  readonly event: string;
  readonly severity: Severity;
  readonly count: number;
}

/** Alerts of two scopes, their notifications, and what each receiver was last sent of each incident. */
class World {
  nowMs = START_MS;
  readonly last = new Map<string, Delivered>();
  readonly ids = new Set<string>();
  /** Incidents that are acknowledged, and how bad they were then. */
  readonly acknowledged = new Map<string, Severity>();
  readonly #alerts = new Map<string, Alert>();
  readonly #resolved: Alert[] = [];
  #context = contextOf();

  set(at: number, severity: Severity | null): void {
    const [rule, labels] = INSTANCES[at] ?? ["", {}];
    const key = keyOf(rule, labels);
    const current = this.#alerts.get(key);
    if (severity !== null) {
      this.#alerts.set(key, { ...(current ?? firingAlert(rule, labels, this.nowMs)), severity });
    } else if (current !== undefined) {
      this.#alerts.delete(key);
      this.#resolved.push({ ...this.#marked(current), state: "resolved", resolvedMs: this.nowMs });
    }
  }

  acknowledge(at: number): void {
    const open = this.open();
    const incident = open[at % Math.max(1, open.length)];
    if (incident === undefined) return;
    const alertId = acknowledgementKey(incident.id);
    const { severity } = incident;
    const acknowledgement = {
      ...{ alertId, by: "ann", atMs: this.nowMs, untilMs: this.nowMs + 9 * HOUR, comment: "" },
      severity,
    };
    const { notifications } = this.#context;
    notifications.acknowledgements = new Map([...notifications.acknowledgements, [alertId, acknowledgement]]);
    this.acknowledged.set(incident.id, severity);
  }

  evaluate(afterMs: number): void {
    this.nowMs += afterMs;
    const resolved = this.#resolved.splice(0);
    for (const scope of [...SCOPES, ...SCOPES]) {
      const after = this.#memoryOf(scope);
      const changed = resolved.filter(({ labels }) => scopeOf(labels) === scope);
      const evaluation = evaluateNotifications(this.#context, scope, { after, changed }, this.nowMs);
      for (const { id, webhook, alertId, event, body } of evaluation.deliveries) {
        expect(this.ids.has(id), "each delivery has its own id").toBe(false);
        this.ids.add(id);
        const { alert, incident } = JSON.parse(body).data;
        this.last.set(`${webhook} ${alertId}`, { event, severity: alert.severity, count: incident?.count ?? 1 });
        if (webhook !== "ops") this.#expectAllowed(alertId ?? "", event, alert.severity);
      }
      // In a chat its alerts are from now on lines of the other incident; the pager has to close it.
      for (const { from } of evaluation.incidents.merged) this.last.delete(`chat ${from.id}`);
      updateScope(this.#context.scopes, scope, { alerts: after });
      commitNotifications(this.#context, scope, evaluation);
    }
    for (const id of this.acknowledged.keys()) {
      if (!this.#context.notifications.acknowledgements.has(acknowledgementKey(id))) this.acknowledged.delete(id);
    }
  }

  /** A process that starts with what was stored. */
  restart(): void {
    const { notifications, scopes } = this.#context;
    const copy = <T>(map: ReadonlyMap<string, T>): Map<string, T> => new Map(JSON.parse(JSON.stringify([...map])));
    const next = contextOf();
    next.notifications.acknowledgements = copy(notifications.acknowledgements);
    next.notifications.incidents = copy(notifications.incidents);
    next.notifications.incidentNotifications = copy(notifications.incidentNotifications);
    for (const [scope, state] of scopes) {
      updateScope(next.scopes, scope, { alerts: copy(state.alerts), notifications: copy(state.notifications) });
    }
    this.#context = next;
  }

  open() {
    return [...this.#context.notifications.incidents.values()].filter(({ resolvedMs }) => resolvedMs === null);
  }

  firing(): readonly Alert[] {
    return [...this.#context.scopes.values()].flatMap(({ alerts }) => [...alerts.values()].map(({ alert }) => alert));
  }

  /** The states of an incident's alerts. */
  statesOf(incident: string) {
    return [...this.#context.scopes.values()].flatMap(({ notifications }) =>
      [...notifications.values()].filter(({ alert }) => alert.incident === incident),
    );
  }

  /** An acknowledged incident is quiet until it is worse than it was. */
  #expectAllowed(incident: string, event: string, severity: Severity): void {
    const was = this.acknowledged.get(incident);
    if (was === undefined || event !== "alert.firing") return;
    expect([was, severity], "an acknowledged incident got worse").toEqual(["warning", "critical"]);
  }

  #marked(alert: Alert): Alert {
    const known = this.firing().find(({ id }) => id === alert.id);
    return known === undefined ? alert : { ...alert, incident: known.incident };
  }

  #memoryOf(scope: string): AlertMemory {
    const own = [...this.#alerts].filter(([, { labels }]) => scopeOf(labels) === scope);
    return new Map(
      own.map(([key, alert]) => [
        key,
        {
          alert: this.#marked(alert),
          heldMs: { warning: 0, critical: null, clear: null },
          judgedMs: this.nowMs,
          measuredMs: this.nowMs,
          blind: false,
        },
      ]),
    );
  }
}

const contextOf = (): NotificationContext & { readonly scopes: NotificationContext["scopes"] } => ({
  brokers: new Map(),
  config: readConfig({}),
  deliverer: { start: async () => {}, stop: async () => {}, nudge: () => {}, quietMs: () => null },
  notifications: emptyNotifications(),
  notificationSettings: notificationSettings(FileConfig.parse({})),
  scopes: new Map(),
  serialize: keyedMutex(),
  sources: new Map(),
  subscribers: new Set(),
  webhooks: WEBHOOKS,
});

type Act =
  | { readonly do: "set"; readonly at: number; readonly is: Severity | null }
  | { readonly do: "acknowledge"; readonly at: number }
  | { readonly do: "evaluate"; readonly afterMs: number }
  | { readonly do: "restart" };

const at = fc.nat(INSTANCES.length - 1);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("set" as const), at, is: fc.constantFrom("warning", "critical", null) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("evaluate" as const),
      afterMs: fc.constantFrom(SECOND, MINUTE, 6 * MINUTE),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("acknowledge" as const), at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
);

function perform(world: World, act: Act): void {
  if (act.do === "set") world.set(act.at, act.is);
  else if (act.do === "acknowledge") world.acknowledge(act.at);
  else if (act.do === "restart") world.restart();
  else {
    world.evaluate(act.afterMs);
    expectUpToDate(world);
  }
}

/** The last message of each incident says what is so now. */
function expectUpToDate(world: World): void {
  const open = new Map(world.open().map((incident) => [incident.id, incident]));
  const members = world.open().flatMap((incident) => incident.members.map(({ id }) => id));
  expect(new Set(members).size, "an alert is in one incident").toBe(members.length);
  for (const { id, incident } of world.firing()) {
    expect(
      open.get(incident ?? "")?.members.map((member) => member.id),
      "each firing alert is in one",
    ).toContain(id);
  }
  for (const [key, { event }] of world.last) {
    const [webhook = "", id = ""] = key.split(" ");
    if (webhook !== "ops" && event !== "alert.resolved")
      expect(open.has(id), `${webhook} knows what is over`).toBe(true);
  }
  for (const incident of open.values()) {
    const states = world.statesOf(incident.id).filter(({ mute }) => mute === null);
    const active = states.filter(({ alert }) => alert.state === "firing");
    if (active.length === 0 || states.some(({ flappingSinceMs }) => flappingSinceMs !== null)) continue;
    const isCritical = active.some(({ alert }) => alert.severity === "critical");
    const isAcknowledged = active.every(({ alert }) => alert.acknowledgedBy !== null);
    for (const webhook of CHATS) {
      const last = world.last.get(`${webhook} ${incident.id}`);
      // One that was acknowledged before it was sent is not sent.
      if (last === undefined || last.event === "alert.resolved") expect(isAcknowledged).toBe(true);
      else {
        expect(last.event).toBe(isAcknowledged ? "alert.acknowledged" : "alert.firing");
        if (isCritical && !isAcknowledged) expect(last.severity).toBe("critical");
      }
    }
  }
}

test(
  "after any sequence of alerts, acknowledgements and restarts, each receiver knows each incident as it is",
  () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40, size: "max" }), (acts) => {
        const world = new World();
        for (const act of acts) perform(world, act);
        for (const [index] of INSTANCES.entries()) world.set(index, null);
        for (const afterMs of [SECOND, 6 * MINUTE, 6 * MINUTE]) world.evaluate(afterMs);
        expectUpToDate(world);
        expect(world.open(), "incidents end with their alerts").toEqual([]);
        expect(world.acknowledged.size).toBe(0);
        for (const [key, { event }] of world.last) expect([key, event]).toEqual([key, "alert.resolved"]);
      }),
      { numRuns: propertyRuns(200, 25) },
    );
  },
  2 * MINUTE,
);
