import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AlertMemory,
  type EvaluatedAlerts,
  evaluateAlerts,
  fromStored,
} from "@/lib/alerts/engine/evaluate-alerts";
import type { Alert, AlertEvent } from "@/lib/alerts/model/alert";
import type { Reading } from "@/lib/alerts/model/reading";
import type { Rule } from "@/lib/alerts/model/rule";
import { aRule } from "@/lib/alerts/model/rules.testing";
import { MINUTE } from "@/lib/base/time/duration";

const rule: Rule = { ...aRule, critical: 1_000, forMs: MINUTE, clearAt: 50 };
const labels = { broker: "main", queue: "scan" };

/** A minute passes before each word: what is read, or what happens to the process or the clock. */
const WORDS: Readonly<Record<string, number | null>> = {
  ok: 10,
  meh: 70,
  bad: 150,
  half: 600,
  worse: 5_000,
  null: null,
};

interface Scene {
  memory: AlertMemory;
  nowMs: number;
  /** The rows a database would hold. */
  rows: Map<string, Alert>;
}

const opening = (): Scene => ({ memory: new Map(), nowMs: 1_763_700_000_000, rows: new Map() });

function live(story: string, rules: readonly Rule[] = [rule]): string {
  const scene = opening();
  const states: string[] = [];
  for (const word of story.split(" ")) {
    if (word === "restart") scene.memory = fromStored([...scene.rows.values()], scene.nowMs);
    else if (word === "back") scene.nowMs -= 10 * MINUTE;
    else states.push(stateAfter(scene, turn(scene, word, rules)));
  }
  return states.join(" ");
}

function turn(scene: Scene, word: string, rules: readonly Rule[]): EvaluatedAlerts {
  scene.nowMs += MINUTE;
  const readings = readingsOf(word);
  const ended = word === "gone" ? [{ queue: "scan" }] : [];
  const judgement = evaluateAlerts(scene.memory, { rules, readings, ended, nowMs: scene.nowMs });
  scene.memory = judgement.after;
  for (const alert of judgement.changed) scene.rows.set(alert.id, alert);
  return judgement;
}

const seen = (value: number) => ({ signal: "broker.up", labels: { broker: "main" }, value });
const ready = (queue: string, value: number | null) => ({ signal: "queue.ready", labels: { ...labels, queue }, value });

/** A value, or how it comes that there is none. */
function readingsOf(word: string): readonly Reading[] {
  const value = WORDS[word];
  if (value !== undefined) return [seen(1), ready("scan", value)];
  switch (word) {
    case "blind":
      return [seen(0)];
    case "unasked":
      return [seen(1)];
    case "heard":
      return [];
    default:
      return [seen(1), ready("other", 1)];
  }
}

function stateAfter({ memory }: Scene, { events, changed }: EvaluatedAlerts): string {
  const [event] = events;
  if (event?.type === "alert.resolved") return "resolved";
  const alert = [...memory.values()][0]?.alert;
  if (event)
    return changed.length > 0 && event.alert.firedMs === event.atMs ? `fired:${event.alert.severity}` : "risen";
  if (alert === undefined) return changed.length > 0 ? "dropped" : "quiet";
  return alert.state === "pending" ? "pending" : `${alert.severity}${alert.noData ? "?" : ""}`;
}

describe("one instance, a minute at a time, with `for: 1m` and `clearBelow: 50`", () => {
  test.each([
    ["a blip never fires", "ok bad ok", "quiet pending dropped"],
    ["two bad minutes fire, once", "bad bad bad bad", "pending fired:warning warning warning"],
    ["between the thresholds nothing begins", "meh meh", "quiet quiet"],
    ["between the thresholds it goes on", "bad bad meh meh ok", "pending fired:warning warning warning resolved"],
    ["pending needs the threshold itself", "bad meh bad", "pending dropped pending"],
    [
      "it can fire again after it resolved",
      "bad bad ok bad bad",
      "pending fired:warning resolved pending fired:warning",
    ],
    ["critical from the start", "worse worse", "pending fired:critical"],
    ["a peak at the moment of firing is a warning", "bad worse worse", "pending fired:warning risen"],
    ["a peak while firing does not page again", "bad bad worse bad", "pending fired:warning warning warning"],
    ["it rises when critical holds, once", "bad bad worse worse worse", "pending fired:warning warning risen critical"],
    ["it eases half way back, silently", "worse worse half bad", "pending fired:critical critical warning"],
    ["no data is not recovery", "bad bad null null ok", "pending fired:warning warning? warning? resolved"],
    ["a missing reading is no data", "bad bad _ bad", "pending fired:warning warning? warning"],
    ["no data does not fire", "null null bad null null", "quiet quiet pending pending pending"],
    ["time without data does not count", "bad _ _ bad bad", "pending pending pending pending fired:warning"],
    ["blind time does not count", "bad blind bad bad", "pending pending pending fired:warning"],
    [
      "a blind broker neither fires nor resolves",
      "bad bad blind blind ok",
      "pending fired:warning warning? warning? resolved",
    ],
    ["a poll without this list tells nothing", "bad unasked bad bad", "pending pending fired:warning warning"],
    ["nor does an event about others", "bad heard bad heard", "pending pending fired:warning warning"],
    [
      "what was not asked for long has no data",
      "bad bad unasked unasked unasked unasked unasked unasked ok",
      "pending fired:warning warning warning warning warning warning warning? resolved",
    ],
    ["what is gone resolves", "bad bad gone ok", "pending fired:warning resolved quiet"],
    ["what is gone while pending never was", "bad gone", "pending dropped"],
    ["gone and never bad", "gone ok", "quiet quiet"],
    ["a restart does not refire", "bad bad restart bad bad", "pending fired:warning warning warning"],
    ["a restart does not resolve", "bad bad restart _ ok", "pending fired:warning warning? resolved"],
    ["a restart keeps what was resolved", "bad bad ok restart ok", "pending fired:warning resolved quiet"],
    ["a pending one survives", "bad restart bad bad", "pending pending fired:warning"],
    ["a clock set back does not fire", "bad back bad bad", "pending pending fired:warning"],
    ["a clock set back does not resolve", "bad bad back bad bad ok", "pending fired:warning warning warning resolved"],
  ])("%s", (_, story, expected) => expect(live(story)).toBe(expected));
});

describe("other rules", () => {
  test.each<[string, Partial<Rule>, string, string]>([
    ["without `for` the first look fires", { forMs: 0 }, "bad ok", "fired:warning resolved"],
    ["without `clearBelow` the threshold clears", { clearAt: null, forMs: 0 }, "bad meh", "fired:warning resolved"],
    ["a clear threshold on the wrong side is none", { clearAt: 500, forMs: 0 }, "bad meh", "fired:warning resolved"],
    ["only critical", { warning: null, critical: 100, forMs: 0 }, "bad meh ok", "fired:critical critical resolved"],
    [
      "below",
      { comparison: "below", warning: 100, critical: 20, clearAt: null },
      "meh meh ok ok bad",
      "pending fired:warning warning risen resolved",
    ],
    [
      "kept firing, it resolves after it has been clear for so long",
      { keepFiringMs: 2 * MINUTE, forMs: 0 },
      "bad ok ok ok ok",
      "fired:warning warning warning resolved quiet",
    ],
    [
      "a bad value in between begins that time anew, and fires nothing",
      { keepFiringMs: 2 * MINUTE, forMs: 0 },
      "bad ok ok bad ok ok ok",
      "fired:warning warning warning warning warning warning resolved",
    ],
    [
      "between the thresholds is not clear",
      { keepFiringMs: 2 * MINUTE, forMs: 0 },
      "bad ok ok meh ok ok ok",
      "fired:warning warning warning warning warning warning resolved",
    ],
    [
      "blind time does not count for it",
      { keepFiringMs: 2 * MINUTE, forMs: 0 },
      "bad ok blind ok ok ok",
      "fired:warning warning warning? warning warning resolved",
    ],
    [
      "kept firing, it keeps its severity, and does not rise again",
      { keepFiringMs: 5 * MINUTE, forMs: 0 },
      "worse ok worse ok",
      "fired:critical critical critical critical",
    ],
    ["one that is off says nothing", { enabled: false }, "bad bad", "quiet quiet"],
    ["below is strict", { comparison: "below", warning: 10, critical: null, clearAt: null }, "ok ok", "quiet quiet"],
  ])("%s", (_, change, story, expected) => expect(live(story, [{ ...rule, ...change }])).toBe(expected));

  test("an alert whose rule was taken away resolves, without a reading", () => {
    const scene = opening();
    for (const word of ["bad", "bad"]) turn(scene, word, [rule]);
    expect(turn(scene, "_", []).events.map(({ type }) => type)).toEqual(["alert.resolved"]);
  });
});

describe("rows to store and events", () => {
  test("the id follows from rule, labels and start, is fit for a URL, and stays over all states", () => {
    const ids = ["bad", "bad", "worse", "worse", "ok"].flatMap(
      (
        (scene) => (word: string) =>
          turn(scene, word, [{ ...rule, id: "tief & weit" }]).changed.map(({ id }) => id)
      )(opening()),
    );
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^tief---weit-[0-9a-z]{14}-[0-9a-z]{8}$/);
  });

  test("an unchanged alert is not written again", () => {
    const scene = opening();
    for (const word of ["bad", "bad"]) turn(scene, word, [rule]);
    expect(turn(scene, "bad", [rule]).changed).toEqual([]);
    expect(turn(scene, "worse", [rule]).changed.map(({ value }) => value)).toEqual([5_000]);
  });

  test("a pending alert that cleared comes as a row that never fired", () => {
    const scene = opening();
    turn(scene, "bad", [rule]);
    const { changed, events } = turn(scene, "ok", [rule]);
    expect(changed.map(({ state, firedMs }) => [state, firedMs])).toEqual([["resolved", null]]);
    expect(events).toEqual([]);
  });

  test("an alert carries value, threshold and times", () => {
    const scene = opening();
    const startMs = scene.nowMs + MINUTE;
    turn(scene, "bad", [rule]);
    const [event] = turn(scene, "bad", [rule]).events;
    expect(event?.alert).toMatchObject({ value: 150, threshold: 100, startedMs: startMs, firedMs: startMs + MINUTE });
  });
});

const story = fc.array(
  fc.constantFrom(...Object.keys(WORDS), "_", "blind", "unasked", "heard", "gone", "restart", "back"),
  { maxLength: 60 },
);

test("fired and resolved alternate, whatever happens", () => {
  fc.assert(
    fc.property(story, fc.constantFrom(0, MINUTE, 3 * MINUTE), (words, forMs) => {
      const scene = opening();
      const events: AlertEvent[] = [];
      for (const word of words) {
        if (word === "restart") scene.memory = fromStored([...scene.rows.values()], scene.nowMs);
        else if (word === "back") scene.nowMs -= 10 * MINUTE;
        else events.push(...turn(scene, word, [{ ...rule, forMs }]).events);
      }
      let open: Alert | null = null;
      for (const { type, alert } of events) {
        if (type === "alert.resolved") {
          expect(alert.id).toBe(open?.id);
          open = null;
          continue;
        }
        if (open !== null) expect([alert.id, alert.severity]).toEqual([open.id, "critical"]);
        open = alert;
      }
      const firing = [...scene.rows.values()].filter(({ state }) => state === "firing").map(({ id }) => id);
      expect(firing).toEqual(open === null ? [] : [open.id]);
    }),
  );
});
