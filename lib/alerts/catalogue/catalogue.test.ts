import { expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { isBuiltIn, packOf } from "@/lib/alerts/catalogue/catalogue";
import { ruleDoc } from "@/lib/alerts/catalogue/docs";
import { MESSAGES } from "@/lib/alerts/catalogue/messages";
import { PACKS } from "@/lib/alerts/model/built-in-rule";

const BUILT_IN = BUILT_IN_RULES.map(({ id }) => id);

test.each(BUILT_IN)("%s says in both languages what it watches, why, the likely cause and the next step", (id) => {
  expect(isBuiltIn(id), "it has its texts and its pack").toBe(true);
  expect(packOf(id)).not.toBe("yours");
  for (const { ruleDocs } of Object.values(MESSAGES)) {
    const texts: Readonly<Record<string, string>> = { ...ruleDocs[id] };
    expect(Object.keys(texts)).toEqual(["title", "summary", "why", "cause", "next"]);
    for (const text of Object.values(texts)) expect(text).toMatch(/\S/);
    expect(texts.next, "a next step is a sentence").toMatch(/[.。]$/);
  }
});

test("no text is about a rule that is not there", () => {
  const { ruleDocs, ruleInSystem, ruleLines, ruleRows, ruleSources } = MESSAGES.en;
  const texts = [ruleDocs, ruleLines, ruleRows, ruleSources, ...Object.values(ruleInSystem)];
  const named = texts.flatMap((ofRules) => Object.keys(ofRules));
  expect(named.filter((id) => !BUILT_IN.includes(id))).toEqual([]);
});

test("each of the five systems has advice of its own", () => {
  const systems = PACKS.filter((pack) => !["rabbitmq", "work", "lastbeat", "yours"].includes(pack));
  expect(Object.keys(MESSAGES.en.ruleInSystem).sort()).toEqual([...systems].sort());
});

test("a rule of one's own stands with one's own, and nothing is made up about it", () => {
  expect([packOf("mine"), ruleDoc("mine")]).toEqual(["yours", null]);
  expect([packOf("toString"), ruleDoc("toString")]).toEqual(["yours", null]);
});

// Where the write-ups of the incidents were wrong, read in the code of the systems themselves.
test.each([
  ["the broker's heartbeat is not the client's", "heartbeat-late", /aiormq.*ignores/, /raise the broker/i],
  ["redial_timeout is a whole number", "client-lost", /redial_timeout: 300, a whole number/, /300s/],
  ["retries are not all deleted", "retry-conflict-loop", /only retry rows that have a pending twin/, /DELETE FROM/],
  ["RoadRunner's fix came with 2025.1", "client-not-consuming", /before 2025\.1/, /2023\.3\.10/],
])("%s", (_, id, says, never) => {
  const text = Object.values(ruleDoc(id) ?? {}).join(" ");
  expect(text).toMatch(says);
  expect(text).not.toMatch(never);
});
