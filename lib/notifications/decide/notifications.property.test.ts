import fc from "fast-check";
import { expect, test } from "vitest";
import { propertyRuns } from "@/lib/base/testing/property-runs.testing";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { deliveriesFor } from "@/lib/collector/tick/deliveries";
import { BUILT_IN_INHIBITIONS } from "@/lib/notifications/decide/inhibit";
import type { Notification, Receiver } from "@/lib/notifications/decide/notification";
import { aReceiver, createScenario, type NotificationScenario } from "@/lib/notifications/decide/scenario.testing";

const RUNS = propertyRuns(400);
const WITHIN_MS = 2 * MINUTE;
const NAMES = ["a", "b", "cause"] as const;
const WAIT_MS = 2 * MINUTE;
const GROUP = { by: ["broker", "rule"], over: 1, waitMs: 0 };
const LISTENERS: readonly Receiver[] = [
  aReceiver(),
  aReceiver({ id: "pager", severities: ["critical"] }),
  aReceiver({ id: "chat", group: GROUP }),
  aReceiver({ id: "patient", group: { ...GROUP, waitMs: WAIT_MS } }),
];
const RECEIVERS = LISTENERS.map((one) => ({ ...one, language: "en" as const }));

type Act =
  | { readonly do: "set"; readonly name: (typeof NAMES)[number]; readonly is: "warning" | "critical" | null }
  | { readonly do: "silence"; readonly names: readonly string[] }
  | { readonly do: "acknowledge"; readonly name: (typeof NAMES)[number]; readonly forMs: number }
  | { readonly do: "unacknowledge"; readonly name: (typeof NAMES)[number] }
  | { readonly do: "look"; readonly afterMs: number }
  | { readonly do: "restart" };

const name = fc.constantFrom(...NAMES);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("set" as const), name, is: fc.constantFrom("warning", "critical", null) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("look" as const), afterMs: fc.constantFrom(SECOND, MINUTE, 6 * MINUTE) }),
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

/** What receivers have heard: the last of each webhook and instance, and every delivery's id. */
interface Heard {
  readonly last: Map<string, Notification>;
  readonly ids: Set<string>;
}

function take(scene: NotificationScenario, heard: Heard, one: Act): void {
  if (one.do === "set") scene.set(one.name, one.is);
  else if (one.do === "silence") scene.silence(one.names);
  else if (one.do === "acknowledge") scene.acknowledge(one.name, one.forMs);
  else if (one.do === "unacknowledge") scene.unacknowledge(one.name);
  else if (one.do === "restart") scene.restart();
  else look(scene, heard, one.afterMs);
}

function look(scene: NotificationScenario, heard: Heard, afterMs: number): void {
  const { tellings } = scene.look(afterMs);
  for (const telling of tellings) heard.last.set(`${telling.webhook} ${telling.alert.labels.client}`, telling);
  const deliveries = deliveriesFor(tellings, RECEIVERS, scene.nowMs());
  for (const { id } of deliveries) {
    expect(heard.ids.has(id), "a delivery has an id of its own").toBe(false);
    heard.ids.add(id);
  }
  for (const who of NAMES) {
    for (const webhook of ["ops", "chat"]) knowsIt(scene, heard, webhook, who);
    for (const webhook of ["pager", "patient"]) hasNothingStale(scene, heard, webhook, who);
  }
}

/** The claim of it all: what is not muted now is known as it is. */
function knowsIt(scene: NotificationScenario, heard: Heard, webhook: string, who: string): void {
  const notice = scene.notice(who);
  const alert = scene.alert(who);
  const last = heard.last.get(`${webhook} ${who}`);
  const open = last !== undefined && last.type !== "alert.resolved";
  hasNothingStale(scene, heard, webhook, who);
  if (notice === undefined || notice.mute !== null || alert === undefined) return;
  if (notice.flappingSinceMs !== null) expect(last?.type).toBe("alert.flapping");
  else if (scene.acknowledged(who)) expect(open ? last.type : "alert.acknowledged").toBe("alert.acknowledged");
  else {
    expect(last?.type).toBe("alert.firing");
    // What eased is not told again, so the told one may be the worse.
    if (alert.severity === "critical") expect(last?.alert.severity).toBe("critical");
  }
}

/** Muted or not: nobody is left with an incident that is over. */
function hasNothingStale(scene: NotificationScenario, heard: Heard, webhook: string, who: string): void {
  const last = heard.last.get(`${webhook} ${who}`);
  if (scene.alert(who) !== undefined || last === undefined) return;
  expect(last.type).toBe(scene.notice(who)?.flappingSinceMs == null ? "alert.resolved" : last.type);
}

test(
  "whatever flips, is muted, acknowledged or restarted: the last thing told is what is",
  () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
        const scene = createScenario({
          listeners: LISTENERS,
          inhibitions: BUILT_IN_INHIBITIONS,
          repeat: { warning: 30 * MINUTE, critical: 10 * MINUTE },
        });
        const heard: Heard = { last: new Map(), ids: new Set() };
        for (const one of acts) take(scene, heard, one);
        // Then all is calm and loud: everybody knows everything, also who waits for a group.
        scene.silence([]);
        scene.set("cause", null);
        for (const who of NAMES) scene.unacknowledge(who);
        for (const afterMs of [MINUTE, 6 * MINUTE, WAIT_MS, SECOND]) look(scene, heard, afterMs);
        for (const who of NAMES) knowsIt(scene, heard, "patient", who);
        for (const who of NAMES) expect(scene.notice(who)?.flappingSinceMs ?? null, "it has calmed").toBeNull();
        for (const who of NAMES) {
          const alert = scene.alert(who);
          if (alert?.severity === "critical") {
            expect(heard.last.get(`pager ${who}`)?.type).toBe("alert.firing");
          }
        }
      }),
      { numRuns: RUNS, seed: 1 },
    );
  },
  WITHIN_MS,
);
