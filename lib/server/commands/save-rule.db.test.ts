import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { rulesInForce } from "@/lib/alerts/engine/rules-in-force";
import type { Rule } from "@/lib/alerts/model/rule";
import { RuleForm } from "@/lib/alerts/model/rule-form";
import { aRule } from "@/lib/alerts/model/rules.testing";
import { deleteRule, saveRule } from "@/lib/server/commands/save-rule";
import { listRuleChanges, loadPageRules } from "@/lib/storage/alerts/rules";
import type { Database } from "@/lib/storage/database";
import { emptyTables, testDatabase } from "@/lib/storage/storage.testing";
import { readRule, readRules } from "@/lib/views/rules/read";
import { RuleItem, RulePage } from "@/lib/views/rules/schema";

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(() => emptyTables(database.db));

const inFile: Rule = { ...aRule, id: "mine", path: "lastbeat.yaml: rules[0]" };
const live = () => ({
  config: { rules: [inFile] },
  database,
  scopes: new Map(),
  rules: rulesInForce(BUILT_IN_RULES, [inFile]),
  rulesOff: [],
});
const form = (more: Partial<RuleForm>): RuleForm =>
  RuleForm.parse({ id: "deep", signal: "queue.ready", warning: 5, ...more });
const admin = { who: "admin", atMs: 1 };
const CREATE = { ifExists: "refuse" } as const;
const REPLACE = { ifExists: "replace" } as const;

describe("a page rule", () => {
  test("takes effect at once, is stored, and is listed with its author", async () => {
    const now = live();
    await saveRule(
      now,
      form({ match: ["queue=~orders.*"], condition: { kind: "rate", overSeconds: 300 } }),
      admin,
      CREATE,
    );
    const page = RulePage.parse(await readRule(now, "deep"));
    expect(page).toMatchObject({
      match: ['queue=~"orders.*"'],
      condition: { kind: "rate", overSeconds: 300 },
      unit: "count",
      origin: "page",
      path: null,
      firing: 0,
      pending: 0,
      changes: [{ atMs: 1, who: "admin", what: "made", before: null, after: { warning: 5 } }],
    });
    expect((await loadPageRules(database.db)).rules).toEqual([now.rules.find(({ id }) => id === "deep")]);
  });

  test("can be changed and deleted, and its history records both", async () => {
    const now = live();
    await saveRule(now, form({}), admin, CREATE);
    await saveRule(now, form({ warning: 7 }), { who: "API token", atMs: 2 }, REPLACE);
    expect(now.rules.find(({ id }) => id === "deep")?.warning).toBe(7);
    await deleteRule(now, "deep", { who: "admin", atMs: 3 });
    expect(now.rules.some(({ id }) => id === "deep")).toBe(false);
    expect((await listRuleChanges(database.db, "deep")).map(({ who, what, atMs }) => `${atMs} ${who} ${what}`)).toEqual(
      ["3 admin deleted", "2 API token changed", "1 admin made"],
    );
  });

  test("overrides the built-in rule of its id, and can disable it, until it is deleted", async () => {
    const now = live();
    const lost = () => readRules(now).filter(({ id }) => id === "client-lost");
    await saveRule(
      now,
      form({ id: "client-lost", signal: "client.lost", critical: 1, warning: null, enabled: false }),
      admin,
      REPLACE,
    );
    expect(lost()).toMatchObject([{ origin: "page", enabled: false }]);
    await deleteRule(now, "client-lost", admin);
    expect(lost()).toMatchObject([{ origin: "built-in", enabled: true }]);
  });

  test.each<[string, Partial<RuleForm>, number, readonly string[]]>([
    ["an unknown signal", { signal: "queue.depth" }, 422, ["signal"]],
    ["a label the signal has not", { match: ["source=x"] }, 422, ["match[0]"]],
    ["a text that is no matcher", { match: ["queue=x", "queue=~("] }, 422, ["match[1]"]],
    ["no threshold", { warning: null }, 422, ["warning"]],
    ["critical before warning", { critical: 1 }, 422, ["critical"]],
    ["an absence below", { condition: { kind: "absent" }, comparison: "below" }, 422, ["comparison"]],
    ["a window of a second", { condition: { kind: "rate", overSeconds: 1 } }, 422, ["condition"]],
    ["all at once", { signal: "x", warning: null, forSeconds: 1e9 }, 422, ["signal", "warning", "forSeconds"]],
    ["a rule of the file", { id: "mine" }, 409, []],
  ])("is refused with %s", async (_, more, status, paths) => {
    const refused = await saveRule(live(), form(more), admin, REPLACE).catch((cause: unknown) => cause);
    expect(refused).toMatchObject({ status, errors: paths.map((path) => ({ path, message: expect.any(String) })) });
    expect((await loadPageRules(database.db)).rules).toEqual([]);
  });

  test("is not created twice, and a missing one cannot be deleted", async () => {
    const now = live();
    await saveRule(now, form({}), admin, CREATE);
    await expect(saveRule(now, form({}), admin, CREATE)).rejects.toMatchObject({ status: 409 });
    await expect(deleteRule(now, "none", admin)).rejects.toMatchObject({ status: 404 });
    await expect(deleteRule(now, "mine", admin)).rejects.toMatchObject({
      status: 409,
      message: expect.stringContaining("rules[0]"),
    });
    await expect(deleteRule(now, "client-lost", admin)).rejects.toMatchObject({ status: 409 });
  });

  test("of an older version that can no longer be evaluated is left out, and listed", async () => {
    await database.pool.query(
      'INSERT INTO lastbeat.rules (id, form) VALUES (\'old\', \'{"id":"old","signal":"gone"}\')',
    );
    expect(await loadPageRules(database.db)).toEqual({
      rules: [],
      off: [{ id: "old", because: expect.stringContaining("signal: ") }],
    });
    await database.pool.query(
      `UPDATE lastbeat.rules SET form = '{"id":"old","signal":"queue.ready","warning":1,"match":["queue=~(?=a)a"]}'`,
    );
    const now = live();
    await saveRule(now, form({ id: "new" }), admin, CREATE);
    expect(now.rulesOff).toEqual([{ id: "old", because: expect.stringContaining("match[0]: a pattern may not look") }]);
  });
});

test("the list is what the schema says, and tells where a rule of the file stands", () => {
  const items = readRules(live());
  expect(RuleItem.array().parse(items)).toEqual(items);
  expect(items.find(({ id }) => id === "mine")).toMatchObject({ origin: "file", path: "lastbeat.yaml: rules[0]" });
});
