import { describe, expect, test } from "vitest";
import { parseMatchers } from "@/lib/alerts/matchers/matcher";
import { MINUTE } from "@/lib/base/time/duration";
import { bundled } from "@/lib/notifications/decide/group";
import { BUILT_IN_INHIBITIONS, causesOf } from "@/lib/notifications/decide/inhibit";
import {
  aReceiver,
  createScenario,
  notificationTexts,
  runStory,
  type ScenarioSettings,
} from "@/lib/notifications/decide/scenario.testing";

type Row = readonly [claim: string, story: string, told: string];

describe("one alert, a minute a word", () => {
  test.each<Row>([
    ["it is told once, and once that it is over", "bad _ ok _", "firing:first, -, resolved:resolved, -"],
    ["it is told again when it gets worse", "bad worse _", "firing:first, firing:worse, -"],
    ["easing is not told, a second rise is", "worse bad worse", "firing:first, -, firing:worse"],
    ["a restart tells nothing twice", "bad restart restart+ok restart", "firing:first, -, resolved:resolved, -"],
  ])("%s", (_, story, told) => expect(runStory(story)).toBe(told));
});

describe("a silence window", () => {
  test.each<Row>([
    ["sends nothing of what begins and ends in it", "mute+bad _ ok loud", "-, -, -, -"],
    ["that ends while the alert fires tells it then", "mute+bad _ loud", "-, -, firing:first"],
    ["that ends is remembered over a restart", "mute+bad restart restart+loud", "-, -, firing:first"],
    ["lets the end of what was told through", "bad mute ok loud", "firing:first, -, resolved:resolved, -"],
    ["keeps a rise back until it ends", "bad mute worse loud", "firing:first, -, -, firing:worse"],
    ["that began and ended while the alert stood says nothing new", "bad mute _ loud", "firing:first, -, -, -"],
    [
      "lets two episodes within it be one",
      "bad mute ok bad loud",
      "firing:first, -, resolved:resolved, -, firing:first",
    ],
  ])("%s", (_, story, told) => expect(runStory(story)).toBe(told));
});

describe("a cause", () => {
  const inhibitions = BUILT_IN_INHIBITIONS;
  test.each<Row>([
    ["mutes its effects", "cause+bad _", "firing:first, -"],
    ["that is over lets what still fires be told", "cause+bad nocause", "firing:first, resolved:resolved firing:first"],
    [
      "that comes later leaves what was told",
      "bad cause ok nocause",
      "firing:first, firing:first, resolved:resolved, resolved:resolved",
    ],
    ["takes what ended with it along, untold", "cause+bad ok+nocause", "firing:first, resolved:resolved"],
    ["is known after a restart", "cause+bad restart", "firing:first, -"],
  ])("%s", (_, story, told) => {
    const sorted = (text: string) =>
      text
        .split(", ")
        .map((one) => one.split(" ").toSorted().join(" "))
        .join(", ");
    expect(sorted(runStory(story, { inhibitions }))).toBe(sorted(told));
  });

  test("is named by what it mutes", () => {
    const scene = createScenario({ inhibitions });
    scene.set("cause", "critical");
    scene.set("a", "warning");
    scene.look();
    expect(scene.notice("a")?.mute).toEqual({
      by: "alert",
      id: scene.alert("cause")?.id,
      text: "cause has not come back",
    });
  });

  test("in a circle does not mute everybody: the oldest of them is told", () => {
    const list = (text: string) => parseMatchers([text]).matchers;
    const scene = createScenario();
    scene.set("a", "warning");
    scene.look();
    scene.set("b", "warning");
    const [a, b] = [scene.alert("a"), scene.alert("b")];
    const circle = [
      { source: list("client=a"), target: list("client=b"), equal: ["broker"] },
      { source: list("client=b"), target: list("client=a"), equal: ["broker"] },
    ];
    const firing = [a, b].flatMap((one) => one ?? []);
    expect([...causesOf(firing, circle)].map(([id, cause]) => [id, cause.id])).toEqual([[b?.id, a?.id]]);
  });

  test("needs the labels to be there: no broker is not the same broker", () => {
    const scene = createScenario();
    scene.set("cause", "critical");
    scene.set("a", "warning");
    const firing = ["cause", "a"].flatMap((name) => scene.alert(name) ?? []).map((one) => ({ ...one, labels: {} }));
    expect(causesOf(firing, inhibitions).size).toBe(0);
  });
});

describe("an acknowledgement", () => {
  test.each<Row>([
    [
      "is told once, and the end after it",
      "bad ack _ ok",
      "firing:first, acknowledged:acknowledged, -, resolved:resolved",
    ],
    [
      "that expires while it fires opens it again",
      "bad ack _ _ _",
      "firing:first, acknowledged:acknowledged, -, firing:again, -",
    ],
    ["ends when it gets worse", "bad acklong worse _", "firing:first, acknowledged:acknowledged, firing:again, -"],
    [
      "of a critical one outlasts an easing and a rise",
      "worse acklong bad worse",
      "firing:first, acknowledged:acknowledged, -, -",
    ],
    ["taken back opens it again", "bad acklong unack _", "firing:first, acknowledged:acknowledged, firing:again, -"],
    [
      "of what nobody was told is told to nobody, nor is its alert",
      "mute+bad ack loud _ ok",
      "-, -, -, firing:first, resolved:resolved",
    ],
    ["within a window is told after it", "bad mute acklong loud", "firing:first, -, -, acknowledged:acknowledged"],
    ["is known after a restart", "bad acklong restart _", "firing:first, acknowledged:acknowledged, -, -"],
    [
      "ends with its alert: the next is nobody's",
      "bad acklong ok bad",
      "firing:first, acknowledged:acknowledged, resolved:resolved, firing:first",
    ],
  ])("%s", (_, story, told) => expect(runStory(story)).toBe(told));
});

describe("a repeat, every two minutes for warnings", () => {
  const settings: ScenarioSettings = { repeat: { warning: 2 * MINUTE, critical: null } };
  test.each<Row>([
    ["tells what still stands", "bad _ _ _ _", "firing:first, -, firing:repeat, -, firing:repeat"],
    ["keeps to its severity", "worse _ _ _", "firing:first, -, -, -"],
    ["stops while it is acknowledged", "bad acklong _ _ _", "firing:first, acknowledged:acknowledged, -, -, -"],
    ["stops while it is muted, and says it after", "bad mute _ _ loud _", "firing:first, -, -, -, firing:repeat, -"],
    ["counts over a restart", "bad restart _", "firing:first, -, firing:repeat"],
  ])("%s", (_, story, told) => expect(runStory(story, settings)).toBe(told));
});

describe("flapping, from five flips in ten minutes until five minutes are calm", () => {
  const flips = (n: number) => Array.from({ length: n }, (_, at) => (at % 2 === 0 ? "bad" : "ok"));
  const counted = (story: string): string => {
    const told = runStory(story)
      .split(", ")
      .filter((one) => one !== "-");
    return told.slice(4).join(", ");
  };
  test("is told in the place of the fifth flip", () =>
    expect(runStory(flips(5).join(" "))).toBe(
      "firing:first, resolved:resolved, firing:first, resolved:resolved, flapping:flapping",
    ));
  test.each([
    ["thirty flips that end well", [...flips(30), ..."_ _ _ _ _ _".split(" ")], "flapping:flapping, resolved:resolved"],
    ["thirty-one flips that end badly", [...flips(31), ..."_ _ _ _ _ _".split(" ")], "flapping:flapping, firing:calm"],
    [
      "and what comes after is told as ever",
      [...flips(31), ..."_ _ _ _ _ ok".split(" ")],
      "flapping:flapping, firing:calm, resolved:resolved",
    ],
    [
      "a restart on the way",
      [...flips(15), "restart+ok", ...flips(15), "restart", ..."_ _ _ _ _".split(" ")],
      "flapping:flapping, firing:calm",
    ],
    [
      "in a window, which ends while it flaps",
      [...flips(4), "mute+bad", ...flips(3), "loud+bad", ..."_ _ _ _ _ _".split(" ")],
      "flapping:flapping, firing:calm",
    ],
  ])("%s are one flapping and one last state", (_, words, told) => expect(counted(words.join(" "))).toBe(told));

  test("keeps one incident at the receiver: opened and closed under one id", () => {
    const scene = createScenario();
    const ids: string[] = [];
    for (const word of [...flips(12), ..."______"]) {
      if (word !== "_") scene.set("a", word === "bad" ? "warning" : null);
      for (const { type, alert } of scene.look().tellings) ids.push(`${type} ${alert.id}`);
    }
    const [flapping, resolved] = ids.slice(-2).map((one) => one.split(" "));
    expect([flapping?.[0], resolved?.[0]]).toEqual(["alert.flapping", "alert.resolved"]);
    expect(flapping?.[1]).toBe(resolved?.[1]);
  });

  test("is in the alert's own row while it lasts", () => {
    const scene = createScenario();
    const rows: boolean[] = [];
    for (const word of [...flips(5), ..."______"]) {
      if (word !== "_") scene.set("a", word === "bad" ? "warning" : null);
      rows.push(...scene.look().alerts.map(({ flapping }) => flapping));
    }
    expect(rows).toEqual([true, false]);
  });
});

describe("groups", () => {
  const group = { by: ["broker", "rule"], over: 2, waitMs: 0 };
  const storm = (count: number, listeners = [aReceiver({ group })]) => {
    const scene = createScenario({ listeners });
    for (let n = 0; n < count; n += 1) scene.set(`c${n}`, n === 1 ? "critical" : "warning");
    return bundled(scene.look().tellings, listeners);
  };
  test("more than so many at once are one, the worst first", () => {
    const [bundle, ...others] = storm(3);
    expect(others).toEqual([]);
    expect([bundle?.key, bundle?.tellings.length, bundle?.first.alert.severity]).toEqual([
      "broker=main, rule=client-lost",
      3,
      "critical",
    ]);
  });
  test("so many or fewer are told singly", () => expect(storm(2).map(({ key }) => key)).toEqual([null, null]));
  test("without grouping each is told", () => expect(storm(40, [aReceiver()])).toHaveLength(40));

  test("a wait gathers what comes within it, and tells what is left", () => {
    const listeners = [aReceiver({ group: { ...group, over: 1, waitMs: 3 * MINUTE } })];
    const scene = createScenario({ listeners });
    const told: string[] = [];
    for (const [name, is] of [
      ["a", "warning"],
      ["b", "warning"],
      ["b", null],
      ["c", "critical"],
      ["a", null],
    ] as const) {
      scene.set(name, is);
      told.push(notificationTexts(scene.look()));
    }
    expect(told).toEqual(["-", "-", "-", "firing:first firing:first", "resolved:resolved"]);
  });
});

test.each([
  [
    "only critical: the rise is its first",
    ["critical"],
    true,
    "bad worse bad ok",
    "-, firing:first, -, resolved:resolved",
  ],
  [
    "only warning: what eases is told then",
    ["warning"],
    true,
    "worse bad worse ok",
    "-, firing:first, -, resolved:resolved",
  ],
  ["no ends", ["warning", "critical"], false, "bad ok bad", "firing:first, -, firing:first"],
] as const)("a webhook that wants %s", (_, severities, sendResolved, story, told) =>
  expect(runStory(story, { listeners: [aReceiver({ severities, sendResolved })] })).toBe(told),
);

test("what is over and told is forgotten", () => {
  const scene = createScenario();
  scene.set("a", "warning");
  scene.look();
  scene.set("a", null);
  scene.look();
  expect(scene.notice("a")).toBeDefined();
  expect(scene.look(11 * MINUTE).forgotten).toHaveLength(1);
  expect(scene.notice("a")).toBeUndefined();
});

test("that a webhook does not get through is told through the others, and so is its return", () => {
  const scene = createScenario({ listeners: [aReceiver(), aReceiver({ id: "chat" })] });
  const toldTo = () => scene.look().tellings.map(({ webhook, type }) => `${webhook} ${type}`);
  scene.set("webhook:ops", "critical");
  expect(toldTo()).toEqual(["chat alert.firing"]);
  scene.set("webhook:ops", null);
  expect(toldTo()).toEqual(["chat alert.resolved"]);
});
