import { expect, test } from "vitest";
import { BROKER_FAILURES, belongsTo, FAILURES, reports, type WeatherFailure } from "./failures.ts";
import { isAboutTheCrowd, isFindingAboutTheCrowd, type Page, pageOf } from "./pages.ts";
import { seeded, shuffled } from "./shuffle.ts";
import { markdown } from "./table.ts";

const named = (id: string): WeatherFailure => {
  const failure = [...FAILURES, ...BROKER_FAILURES].find((one) => one.id === id);
  if (failure === undefined) throw new Error(`no failure ${id}`);
  return failure;
};

const page = (rule: string, summary: string): Page => ({
  from: "events",
  atMs: 0,
  type: "alert.firing",
  alert: { id: "1", rule, severity: "critical", labels: { broker: "main" }, summary },
});

test("the ids of failures are unique", () => {
  const ids = [...FAILURES, ...BROKER_FAILURES].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test("a page reports a failure by its rule and by the name of its subject", () => {
  const killed = named("killed");
  expect(reports(killed, page("client-lost", "geocoder@gis-1 is lost"))).toBe(true);
  expect(reports(killed, page("client-lost", "legacy@vm-9 is lost"))).toBe(false);
  expect(reports(killed, page("client-flapping", "geocoder@gis-1 reconnected"))).toBe(false);
});

test("a consequence belongs to its failure without reporting it", () => {
  const consequence = page("queue-without-consumer", "geocode has 300 messages and no consumer");
  expect(belongsTo(named("killed"), consequence)).toBe(true);
  expect(reports(named("killed"), consequence)).toBe(false);
  expect(belongsTo(named("frozen"), consequence)).toBe(false);
});

test("that a deprecated feature is in use is right if it is the one of the crowd, and no other is in use", () => {
  const used = (features: string): Page => page("deprecated-features-used", `Broker main uses ${features}`);
  expect(isAboutTheCrowd(used("1 deprecated feature: transient_nonexcl_queues"))).toBe(true);
  expect(isAboutTheCrowd(used("2 deprecated features: ram_node_type, transient_nonexcl_queues"))).toBe(false);
  expect(isFindingAboutTheCrowd("line alert: deprecated-features-used")).toBe(true);
  expect(isFindingAboutTheCrowd("alert queue-without-consumer: transient_nonexcl_queues")).toBe(false);
});

test("what a receiver got is a page only if it is about an alert", () => {
  const received = {
    atMs: 7,
    path: "/",
    headers: {},
    body: "",
    id: null,
    signatureValid: true,
    faults: [],
    status: 204,
  };
  expect(pageOf("polled", { ...received, json: { type: "webhook.test", data: {} } })).toBeNull();
  const { alert } = page("client-lost", "geocoder@gis-1 is lost");
  expect(pageOf("polled", { ...received, json: { type: "alert.firing", data: { alert } } })).toEqual({
    from: "polled",
    atMs: 7,
    type: "alert.firing",
    alert,
  });
});

test("the same seed gives the same order, another one another", () => {
  const order = (seed: number): string =>
    shuffled(
      FAILURES.map(({ id }) => id),
      seeded(seed),
    ).join();
  expect(order(7)).toBe(order(7));
  expect(order(7)).not.toBe(order(8));
  expect(order(7).split(",").toSorted()).toEqual(FAILURES.map(({ id }) => id).toSorted());
});

test("the table has one value where both agree, and says what was not as promised", () => {
  const failure = named("killed");
  const outcome = { reportedMs: 301_000, resolvedMs: 4_000, notifications: 2, pages: 1, repeated: 0, fault: null };
  const outcomes = [
    { ...outcome, observer: "events" },
    { ...outcome, observer: "polled", resolvedMs: 9_000, fault: "too late" },
  ];
  const text = markdown([{ title: "calm weather", wrong: [0, 2] }], [{ failure, beganMs: 0, overMs: 1, outcomes }]);
  const cells = text.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  expect(cells[2]?.slice(1, -1)).toEqual(["calm weather", "nothing", "", "", "", "0 / 2"]);
  expect(cells[3]?.slice(3, -1)).toEqual(["301 s", "4 s / 9 s", "1", "0 / too late"]);
});
