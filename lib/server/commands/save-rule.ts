import "server-only";
import { BUILT_IN_RULES } from "@/lib/alerts/built-in";
import type { Rule } from "@/lib/alerts/rule";
import { type RuleForm, ruleOf } from "@/lib/alerts/rule-form";
import { rulesInForce } from "@/lib/alerts/rules";
import { Refused } from "@/lib/base/errors/refused";
import type { Runtime } from "@/lib/collector/runtime";
import { type Author, deletePageRule, loadPageRules, PAGE_RULES_MAX, savePageRule } from "@/lib/storage/rules";

interface Ruling {
  readonly config: Pick<Runtime["config"], "rules">;
  readonly database: Pick<Runtime["database"], "db">;
  rules: readonly Rule[];
}

/** The rule of a form; refuses with every fault and its path, which begins with `within`. */
export function judgeable(form: RuleForm, within = ""): Rule {
  const { rule, faults } = ruleOf(form);
  if (faults.length === 0) return rule;
  const errors = faults.map(({ path, message }) => ({ path: `${within}${path}`, message }));
  const detail = errors.map(({ path, message }) => `${path}: ${message}`).join("; ");
  throw new Refused(422, "Not a rule", detail, {}, errors);
}

/**
 * Makes a rule in the page or changes it; in force from the next tick on. One of a built-in rule's id goes before it,
 * also to switch it off. The file's rules are read-only. `made`: there must be none of that id made in the page.
 */
export async function saveRule(live: Ruling, form: RuleForm, author: Author, made: boolean): Promise<Rule> {
  const rule = judgeable(form);
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
    const known = rules.some(({ id }) => id === rule.id);
    if (made && known) throw new Refused(409, "Taken", `there is a rule ${rule.id} already`);
    if (!known && rules.length >= PAGE_RULES_MAX) {
      throw new Refused(409, "Too many rules", `at most ${PAGE_RULES_MAX} rules are made in the page`);
    }
    await savePageRule(trx, rule, author);
  });
  await takeUp(live);
  return rule;
}

/** Deletes a rule made in the page; the built-in one of its id holds again. */
export async function deleteRule(live: Ruling, id: string, author: Author): Promise<void> {
  if (!(await deletePageRule(live.database.db, id, author))) {
    const standing = live.rules.find((rule) => rule.id === id);
    if (standing === undefined) throw new Refused(404, "Not found", "no rule of that id");
    const because =
      standing.origin === "file" ? `a rule of the file (${standing.path})` : "built in; switch it off instead";
    throw new Refused(409, "Read-only", `${id} is ${because}`);
  }
  await takeUp(live);
}

async function takeUp(live: Ruling): Promise<void> {
  const { rules } = await loadPageRules(live.database.db);
  live.rules = rulesInForce(BUILT_IN_RULES, live.config.rules, rules);
}
