import { expect, test } from "vitest";
import { MESSAGES } from "@/lib/alerts/catalogue/messages";
import { REGISTRY } from "@/lib/alerts/rules/registry";
import { placeOfLine, rulesOfLine, wordOfLine } from "@/lib/views/overview/line-properties";
import { TroubleLine } from "@/lib/views/overview/schema";

const KINDS = TroubleLine.options.flatMap(({ shape: { kind } }) =>
  "options" in kind ? kind.options : [...kind.values],
);

test("every kind of line of the overview has a place of its own and a word that both languages know", () => {
  expect(new Set(KINDS.map(placeOfLine)).size).toBe(KINDS.length);
  expect(KINDS.filter((kind) => !Number.isFinite(placeOfLine(kind)))).toEqual([]);
  expect(KINDS.filter((kind) => !Object.keys(MESSAGES.en.state).includes(wordOfLine(kind)))).toEqual([]);
});

test("every line of a rule is a kind of line, and rules that share one agree on its word and place", () => {
  for (const { id, line } of REGISTRY) {
    if (line === null) continue;
    const kind = KINDS.find((known) => known === (line.family === "state" ? line.kind : id));
    expect(kind, id).toBeDefined();
    if (kind === undefined) continue;
    expect([wordOfLine(kind), placeOfLine(kind)], id).toEqual([line.word, line.place]);
    expect(rulesOfLine(kind)).toContain(id);
  }
});

test("a line that is drawn from an alert has its text", () => {
  const drawn = REGISTRY.filter(({ line }) => line !== null && line.family !== "state").map(({ id }) => id);
  expect(Object.keys(MESSAGES.en.ruleLines).sort()).toEqual([...drawn].sort());
});
