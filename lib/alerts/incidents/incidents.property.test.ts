import fc from "fast-check";
import { expect, test } from "vitest";
import { type IncidentStory, incidentStory } from "@/lib/alerts/incidents/incidents.testing";
import type { Labels } from "@/lib/base/signals/labels";
import { propertyRuns } from "@/lib/base/testing/property-runs.testing";
import { MINUTE, SECOND } from "@/lib/base/time/duration";

const BROKER: Labels = { broker: "main" };
const client = (name: string): Labels => ({ broker: "main", vhost: "/", client: name, clientId: `id-${name}` });
const INSTANCES: readonly (readonly [rule: string, labels: Labels])[] = [
  ["broker-unreachable", BROKER],
  ["clients-not-back", BROKER],
  ["own-rule", BROKER],
  ["client-lost", client("a")],
  ["client-flapping", client("a")],
  ["client-lost", client("b")],
  ["queue-without-consumer", { broker: "main", vhost: "/", queue: "a" }],
  ["source-unreachable", { source: "table" }],
  ["retry-not-draining", { source: "table", queue: "jobs" }],
  ["jobs-not-taken", { source: "table", queue: "jobs" }],
  ["pipeline-gave-up", { source: "php", queue: "a" }],
  ["webhook-failing", { webhook: "ops" }],
];
const dependenciesOf = ({ broker, source, queue }: Labels): readonly Labels[] => {
  if (queue === "a" && broker !== undefined) return [client("a")];
  if (source === "php") return [client("a"), { broker: "main", vhost: "/", queue: "a" }];
  return queue === "jobs" ? [{ broker: "main", vhost: "/", queue: "a" }] : [];
};

type Act =
  | { readonly do: "fire"; readonly at: number; readonly severity: "warning" | "critical" }
  | { readonly do: "resolve"; readonly at: number }
  | { readonly do: "evaluate"; readonly afterMs: number }
  | { readonly do: "recovering"; readonly is: boolean }
  | { readonly do: "restart" };

const at = fc.nat(INSTANCES.length - 1);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("fire" as const), at, severity: fc.constantFrom("warning", "critical") }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("resolve" as const), at }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("evaluate" as const),
      afterMs: fc.constantFrom(SECOND, MINUTE, 7 * MINUTE),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("recovering" as const), is: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
);

function perform(story: IncidentStory, act: Act): void {
  const [rule, labels] = INSTANCES["at" in act ? act.at : 0] ?? ["", {}];
  if (act.do === "evaluate") evaluate(story, act.afterMs);
  else if (act.do === "recovering") story.recovering(act.is);
  else if (act.do === "restart") story.restart();
  else if (act.do === "fire") story.fire(rule, labels, act.severity);
  else story.resolve(rule, labels);
}

function evaluate(story: IncidentStory, afterMs: number): void {
  const before = new Map(story.incidents().map((incident) => [incident.id, incident]));
  const { after, merged, joined, changed } = story.evaluate(afterMs);
  const members = [...after.values()].flatMap(({ id, members }) => members.map((member) => [member.id, id] as const));
  const incidentOf = new Map(members);
  expect(incidentOf.size, "no alert is in two incidents").toBe(members.length);
  for (const { id } of story.firing()) {
    const incident = after.get(incidentOf.get(id) ?? "");
    expect(incident?.resolvedMs, "each firing alert is in an open incident").toBeNull();
  }
  for (const incident of after.values()) {
    expect(
      incident.members.filter(({ id }) => id === incident.rootId),
      "one root",
    ).toHaveLength(1);
    expect(incident.startedMs).toBe(Math.min(...incident.members.map(({ startedMs }) => startedMs)));
  }
  for (const [id, into] of joined) expect(incidentOf.get(id)).toBe(into);
  for (const { from, into } of merged) {
    expect(after.has(from.id)).toBe(false);
    expect(after.has(into) && before.has(into), "what was opened first continues").toBe(true);
  }
  const known = new Set([...changed.map(({ id }) => id), ...merged.map(({ from }) => from.id)]);
  for (const id of before.keys()) {
    if (known.has(id)) continue;
    const { rootId, severity, resolvedMs } = after.get(id) ?? before.get(id) ?? {};
    expect({ rootId, severity, resolvedMs }, "what is stored is what is").toMatchObject({
      rootId: before.get(id)?.rootId,
      severity: before.get(id)?.severity,
      resolvedMs: before.get(id)?.resolvedMs,
    });
  }
}

test("every firing alert belongs to exactly one open incident, with one root, whatever happened before", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 80, size: "max" }), (acts) => {
      const story = incidentStory(dependenciesOf);
      for (const act of acts) perform(story, act);
      evaluate(story, SECOND);
      for (const { rule, labels } of story.firing()) story.resolve(rule, labels);
      story.recovering(false);
      evaluate(story, SECOND);
      expect(story.open(), "an incident ends with its alerts").toEqual([]);
    }),
    { numRuns: propertyRuns(400) },
  );
});
