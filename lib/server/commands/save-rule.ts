import "server-only";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { rulesInForce } from "@/lib/alerts/engine/rules-in-force";
import type { Rule } from "@/lib/alerts/model/rule";
import type { RuleForm } from "@/lib/alerts/model/rule-form";
import { ruleFromForm } from "@/lib/alerts/model/rule-from-form";
import { Refused } from "@/lib/base/errors/refused";
import type { Runtime } from "@/lib/collector/runtime";
import {
  type Author,
  deletePageRule,
  loadPageRules,
  PAGE_RULES_MAX,
  type RuleOff,
  savePageRule,
} from "@/lib/storage/alerts/rules";

interface RulesContext {
  readonly config: Pick<Runtime["config"], "rules">;
  readonly database: Pick<Runtime["database"], "db">;
  rules: readonly Rule[];
  rulesOff: readonly RuleOff[];
}

/** Parses the form of a rule. Refuses it with every fault; `within` is the prefix of their paths. */
export function parseRule(form: RuleForm, within = ""): Rule {
  const { rule, faults } = ruleFromForm(form);
  if (faults.length === 0) return rule;
  const errors = faults.map(({ path, message }) => ({ path: `${within}${path}`, message }));
  const detail = errors.map(({ path, message }) => `${path}: ${message}`).join("; ");
  throw new Refused(422, "Not a rule", detail, {}, errors);
}

interface SaveOptions {
  /** What to do where a page rule of that id exists. */
  readonly ifExists: "refuse" | "replace";
}

/**
 * Creates or changes a page rule; it takes effect from the next tick. A page rule with the id of a built-in rule
 * overrides that rule, and can so disable it. Rules of the configuration file are read-only.
 */
export async function saveRule(
  live: RulesContext,
  form: RuleForm,
  author: Author,
  { ifExists }: SaveOptions,
): Promise<Rule> {
  const rule = parseRule(form);
  const inFile = live.config.rules.find(({ id }) => id === rule.id);
  if (inFile !== undefined) {
    throw new Refused(
      409,
      "Read-only",
      `${rule.id} is a rule of the file (${inFile.path ?? "configuration"}); change it there`,
    );
  }
  const { db } = live.database;
  await db.transaction().execute(async (trx) => {
    const { rules } = await loadPageRules(trx);
    const exists = rules.some(({ id }) => id === rule.id);
    if (exists && ifExists === "refuse") throw new Refused(409, "Taken", `there is a rule ${rule.id} already`);
    if (!exists && rules.length >= PAGE_RULES_MAX) {
      throw new Refused(409, "Too many rules", `at most ${PAGE_RULES_MAX} rules are made in the page`);
    }
    await savePageRule(trx, rule, author);
  });
  await reloadRules(live);
  return rule;
}

/** Deletes a page rule; the built-in rule of its id, if there is one, takes effect again. */
export async function deleteRule(live: RulesContext, id: string, author: Author): Promise<void> {
  if (!(await deletePageRule(live.database.db, id, author))) {
    const rule = live.rules.find((candidate) => candidate.id === id);
    if (rule === undefined) throw new Refused(404, "Not found", "no rule of that id");
    const because = rule.origin === "file" ? `a rule of the file (${rule.path})` : "built in; switch it off instead";
    throw new Refused(409, "Read-only", `${id} is ${because}`);
  }
  await reloadRules(live);
}

async function reloadRules(live: RulesContext): Promise<void> {
  const { rules, off } = await loadPageRules(live.database.db);
  live.rulesOff = off;
  live.rules = rulesInForce(BUILT_IN_RULES, live.config.rules, rules);
}
