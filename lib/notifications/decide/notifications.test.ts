import { describe, expect, test } from "vitest";
import { BUILT_IN_INHIBITIONS, causesOf } from "@/lib/alerts/incidents/inhibit";
import { parseMatchers } from "@/lib/alerts/matchers/parse-matchers";
import { MINUTE } from "@/lib/base/time/duration";
import { groupNotifications } from "@/lib/notifications/decide/group";
import {
  aReceiver,
  createScenario,
  notificationTexts,
  runStory,
  type ScenarioSettings,
} from "@/lib/notifications/decide/scenario.testing";

type Row = readonly [claim: string, story: string, notifications: string];

describe("one alert", () => {
  test.each<Row>([
    ["sends it once, and its end once", "bad _ ok _", "firing:first, -, resolved:resolved, -"],
    ["sends it again when it gets worse", "bad worse _", "firing:first, firing:worse, -"],
    ["sends a second rise, and not the easing before it", "worse bad worse", "firing:first, -, firing:worse"],
    ["sends nothing twice after a restart", "bad restart restart+ok restart", "firing:first, -, resolved:resolved, -"],
  ])("%s", (_, story, expected) => expect(runStory(story)).toBe(expected));
});

describe("a silence window", () => {
  test.each<Row>([
    ["suppresses an alert that begins and ends in it", "mute+bad _ ok loud", "-, -, -, -"],
    ["that ends while the alert fires lets it be sent then", "mute+bad _ loud", "-, -, firing:first"],
    ["that ends after a restart lets the alert be sent", "mute+bad restart restart+loud", "-, -, firing:first"],
    ["lets the resolve of an alert through that was sent", "bad mute ok loud", "firing:first, -, resolved:resolved, -"],
    ["delays a rise until it ends", "bad mute worse loud", "firing:first, -, -, firing:worse"],
    [
      "that began and ended while the alert fired causes nothing to be sent",
      "bad mute _ loud",
      "firing:first, -, -, -",
    ],
    [
      "delays the second of two episodes until it ends",
      "bad mute ok bad loud",
      "firing:first, -, resolved:resolved, -, firing:first",
    ],
  ])("%s", (_, story, expected) => expect(runStory(story)).toBe(expected));
});

describe("a cause", () => {
  const inhibitions = BUILT_IN_INHIBITIONS;
  test.each<Row>([
    ["mutes its effects", "cause+bad _", "firing:first, -"],
    [
      "that resolves lets effects be sent that still fire",
      "cause+bad nocause",
      "firing:first, resolved:resolved firing:first",
    ],
    [
      "that fires later than its effect does not undo what was sent",
      "bad cause ok nocause",
      "firing:first, firing:first, resolved:resolved, resolved:resolved",
    ],
    [
      "that resolves together with its effect leaves the effect unsent",
      "cause+bad ok+nocause",
      "firing:first, resolved:resolved",
    ],
    ["still mutes after a restart", "cause+bad restart", "firing:first, -"],
  ])("%s", (_, story, expected) => {
    const sorted = (text: string) =>
      text
        .split(", ")
        .map((minute) => minute.split(" ").toSorted().join(" "))
        .join(", ");
    expect(sorted(runStory(story, { inhibitions }))).toBe(sorted(expected));
  });

  test("is named by the alert that it mutes", () => {
    const scenario = createScenario({ inhibitions });
    scenario.set("cause", "critical");
    scenario.set("a", "warning");
    scenario.evaluate();
    expect(scenario.state("a")?.mute).toEqual({
      by: "alert",
      id: scenario.alert("cause")?.id,
      text: "cause has not come back",
    });
  });

  test("in a cycle does not mute all of it: the oldest alert is sent", () => {
    const list = (text: string) => parseMatchers([text]).matchers;
    const scenario = createScenario();
    scenario.set("a", "warning");
    scenario.evaluate();
    scenario.set("b", "warning");
    const [a, b] = [scenario.alert("a"), scenario.alert("b")];
    const cycle = [
      { source: list("client=a"), target: list("client=b"), equal: ["broker"] },
      { source: list("client=b"), target: list("client=a"), equal: ["broker"] },
    ];
    const firing = [a, b].flatMap((alert) => alert ?? []);
    expect([...causesOf(firing, cycle)].map(([id, cause]) => [id, cause.id])).toEqual([[b?.id, a?.id]]);
  });

  test("needs the equal labels: two alerts without a broker do not have the same one", () => {
    const scenario = createScenario();
    scenario.set("cause", "critical");
    scenario.set("a", "warning");
    const firing = ["cause", "a"]
      .flatMap((name) => scenario.alert(name) ?? [])
      .map((alert) => ({ ...alert, labels: {} }));
    expect(causesOf(firing, inhibitions).size).toBe(0);
  });
});

describe("an acknowledgement", () => {
  test.each<Row>([
    [
      "is sent once, and the resolve after it",
      "bad ack _ ok",
      "firing:first, acknowledged:acknowledged, -, resolved:resolved",
    ],
    [
      "that expires while the alert fires opens it again",
      "bad ack _ _ _",
      "firing:first, acknowledged:acknowledged, -, firing:again, -",
    ],
    [
      "ends when the alert gets worse",
      "bad acklong worse _",
      "firing:first, acknowledged:acknowledged, firing:again, -",
    ],
    [
      "of a critical alert lasts through an easing and a rise",
      "worse acklong bad worse",
      "firing:first, acknowledged:acknowledged, -, -",
    ],
    [
      "that is removed opens the alert again",
      "bad acklong unack _",
      "firing:first, acknowledged:acknowledged, firing:again, -",
    ],
    [
      "of an alert that was not sent is not sent either, nor is the alert",
      "mute+bad ack loud _ ok",
      "-, -, -, firing:first, resolved:resolved",
    ],
    [
      "within a silence window is sent after it",
      "bad mute acklong loud",
      "firing:first, -, -, acknowledged:acknowledged",
    ],
    ["lasts through a restart", "bad acklong restart _", "firing:first, acknowledged:acknowledged, -, -"],
    [
      "ends with its alert, and does not apply to the next one",
      "bad acklong ok bad",
      "firing:first, acknowledged:acknowledged, resolved:resolved, firing:first",
    ],
  ])("%s", (_, story, expected) => expect(runStory(story)).toBe(expected));
});

describe("a repeat, every two minutes for warnings", () => {
  const settings: ScenarioSettings = { repeat: { warning: 2 * MINUTE, critical: null } };
  test.each<Row>([
    ["sends an alert again that still fires", "bad _ _ _ _", "firing:first, -, firing:repeat, -, firing:repeat"],
    ["is set for each severity", "worse _ _ _", "firing:first, -, -, -"],
    ["stops while the alert is acknowledged", "bad acklong _ _ _", "firing:first, acknowledged:acknowledged, -, -, -"],
    [
      "stops while the alert is muted, and is sent afterwards",
      "bad mute _ _ loud _",
      "firing:first, -, -, -, firing:repeat, -",
    ],
    ["counts through a restart", "bad restart _", "firing:first, -, firing:repeat"],
  ])("%s", (_, story, expected) => expect(runStory(story, settings)).toBe(expected));
});

describe("flapping, from five flips in ten minutes until five minutes are calm", () => {
  const flips = (n: number) => Array.from({ length: n }, (_, at) => (at % 2 === 0 ? "bad" : "ok"));
  const counted = (story: string): string => {
    const texts = runStory(story)
      .split(", ")
      .filter((text) => text !== "-");
    return texts.slice(4).join(", ");
  };
  test("is sent in place of the fifth flip", () =>
    expect(runStory(flips(5).join(" "))).toBe(
      "firing:first, resolved:resolved, firing:first, resolved:resolved, flapping:flapping",
    ));
  test.each([
    ["thirty flips that end well", [...flips(30), ..."_ _ _ _ _ _".split(" ")], "flapping:flapping, resolved:resolved"],
    ["thirty-one flips that end badly", [...flips(31), ..."_ _ _ _ _ _".split(" ")], "flapping:flapping, firing:calm"],
    [
      "a resolve after the calm",
      [...flips(31), ..."_ _ _ _ _ ok".split(" ")],
      "flapping:flapping, firing:calm, resolved:resolved",
    ],
    [
      "flips with a restart between them",
      [...flips(15), "restart+ok", ...flips(15), "restart", ..."_ _ _ _ _".split(" ")],
      "flapping:flapping, firing:calm",
    ],
    [
      "flips in a silence window that ends while the alert flaps",
      [...flips(4), "mute+bad", ...flips(3), "loud+bad", ..."_ _ _ _ _ _".split(" ")],
      "flapping:flapping, firing:calm",
    ],
  ])("%s: one flapping and the final state are sent", (_, words, expected) =>
    expect(counted(words.join(" "))).toBe(expected),
  );

  test("uses one incident at the receiver, opened and closed under one id", () => {
    const scenario = createScenario();
    const ids: string[] = [];
    for (const word of [...flips(12), ..."______"]) {
      if (word !== "_") scenario.set("a", word === "bad" ? "warning" : null);
      for (const { type, alert } of scenario.evaluate().notifications) ids.push(`${type} ${alert.id}`);
    }
    const [flapping, resolved] = ids.slice(-2).map((text) => text.split(" "));
    expect([flapping?.[0], resolved?.[0]]).toEqual(["alert.flapping", "alert.resolved"]);
    expect(flapping?.[1]).toBe(resolved?.[1]);
  });

  test("is saved in the alert's own row while it lasts", () => {
    const scenario = createScenario();
    const rows: boolean[] = [];
    for (const word of [...flips(5), ..."______"]) {
      if (word !== "_") scenario.set("a", word === "bad" ? "warning" : null);
      rows.push(...scenario.evaluate().alerts.map(({ flapping }) => flapping));
    }
    expect(rows).toEqual([true, false]);
  });
});

describe("groups", () => {
  const group = { by: ["broker", "rule"], over: 2, waitMs: 0 };
  const storm = (count: number, receivers = [aReceiver({ group })]) => {
    const scenario = createScenario({ receivers });
    for (let n = 0; n < count; n += 1) scenario.set(`c${n}`, n === 1 ? "critical" : "warning");
    return groupNotifications(scenario.evaluate().notifications, receivers);
  };
  test("bundle more than `over` notifications, the worst first", () => {
    const [bundle, ...others] = storm(3);
    expect(others).toEqual([]);
    expect([bundle?.key, bundle?.notifications.length, bundle?.first.alert.severity]).toEqual([
      "broker=main, rule=client-lost",
      3,
      "critical",
    ]);
  });
  test("leave `over` notifications or fewer single", () =>
    expect(storm(2).map(({ key }) => key)).toEqual([null, null]));
  test("do not apply to a receiver without grouping", () => expect(storm(40, [aReceiver()])).toHaveLength(40));

  test("wait for further alerts, and send those that still fire", () => {
    const receivers = [aReceiver({ group: { ...group, over: 1, waitMs: 3 * MINUTE } })];
    const scenario = createScenario({ receivers });
    const sent: string[] = [];
    for (const [name, is] of [
      ["a", "warning"],
      ["b", "warning"],
      ["b", null],
      ["c", "critical"],
      ["a", null],
    ] as const) {
      scenario.set(name, is);
      sent.push(notificationTexts(scenario.evaluate()));
    }
    expect(sent).toEqual(["-", "-", "-", "firing:first firing:first", "resolved:resolved"]);
  });
});

test.each([
  [
    "only critical alerts gets the rise as its first",
    ["critical"],
    true,
    "bad worse bad ok",
    "-, firing:first, -, resolved:resolved",
  ],
  [
    "only warnings gets an alert once it eases",
    ["warning"],
    true,
    "worse bad worse ok",
    "-, firing:first, -, resolved:resolved",
  ],
  ["no resolves gets none", ["warning", "critical"], false, "bad ok bad", "firing:first, -, firing:first"],
] as const)("a webhook that wants %s", (_, severities, sendResolved, story, expected) =>
  expect(runStory(story, { receivers: [aReceiver({ severities, sendResolved })] })).toBe(expected),
);

test("the state of an instance that ended everywhere is deleted", () => {
  const scenario = createScenario();
  scenario.set("a", "warning");
  scenario.evaluate();
  scenario.set("a", null);
  scenario.evaluate();
  expect(scenario.state("a")).toBeDefined();
  expect(scenario.evaluate(11 * MINUTE).deletedKeys).toHaveLength(1);
  expect(scenario.state("a")).toBeUndefined();
});

test("a failing webhook is reported through the others, and so is its recovery", () => {
  const scenario = createScenario({ receivers: [aReceiver(), aReceiver({ id: "chat" })] });
  const sentTo = () => scenario.evaluate().notifications.map(({ webhook, type }) => `${webhook} ${type}`);
  scenario.set("webhook:ops", "critical");
  expect(sentTo()).toEqual(["chat alert.firing"]);
  scenario.set("webhook:ops", null);
  expect(sentTo()).toEqual(["chat alert.resolved"]);
});
