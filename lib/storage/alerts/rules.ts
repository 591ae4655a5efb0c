import "server-only";
import { type Kysely, sql } from "kysely";
import type { Rule } from "@/lib/alerts/model/rule";
import { formFromRule, RuleForm } from "@/lib/alerts/model/rule-form";
import { ruleFromForm } from "@/lib/alerts/model/rule-from-form";
import { clean, instant, jsonText } from "@/lib/base/postgres/bulk";
import { inTransaction } from "@/lib/base/postgres/transaction";
import type { RuleChangeRow, Schema } from "@/lib/storage/schema/schema";

/** As many as the configuration file may have: each is checked for every reading of its signal. */
export const PAGE_RULES_MAX = 200;
/** Changes that are stored; older ones are deleted. */
const CHANGES_MAX = 1_000;
/** Changes of one rule that are read: more than anyone scrolls through. */
const CHANGES_READ = 50;

export interface Author {
  readonly who: string;
  readonly atMs: number;
}

export interface RuleChange extends Author {
  readonly rule: string;
  readonly what: "made" | "changed" | "deleted";
  /** The rule as it was written or deleted; null if an older version wrote it and it cannot be parsed. */
  readonly form: RuleForm | null;
}

/** A stored rule that is not in force, and why. */
export interface RuleOff {
  readonly id: string;
  readonly because: string;
}

/** The page rules, ordered by id. A rule of an older version that this one cannot evaluate is switched off. */
export async function loadPageRules(
  db: Kysely<Schema>,
): Promise<{ readonly rules: readonly Rule[]; readonly off: readonly RuleOff[] }> {
  const { rows } = await sql<{ id: string; form: unknown }>`SELECT id, form FROM lastbeat.rules
    ORDER BY id LIMIT ${PAGE_RULES_MAX}`.execute(db);
  const read = rows.map(({ id, form }) => ({ id, ...readRule(form) }));
  return {
    rules: read.flatMap(({ rule }) => rule ?? []),
    off: read.flatMap(({ id, because }) => (because === null ? [] : [{ id, because }])),
  };
}

function readRule(
  stored: unknown,
): { readonly rule: Rule; readonly because: null } | { readonly rule: null; readonly because: string } {
  const form = RuleForm.safeParse(stored);
  if (!form.success) return { rule: null, because: "it was stored in a form that this version does not know" };
  const { rule, faults } = ruleFromForm(form.data);
  if (faults.length === 0) return { rule, because: null };
  return { rule: null, because: faults.map(({ path, message }) => `${path}: ${message}`).join("; ") };
}

/** Writes a page rule and the change with its author. */
export function savePageRule(db: Kysely<Schema>, rule: Rule, author: Author): Promise<void> {
  const form = jsonText(formFromRule(rule));
  return inTransaction(db, async (trx) => {
    const { rows } = await sql<{ made: boolean }>`INSERT INTO lastbeat.rules (id, form)
      VALUES (${clean(rule.id)}, ${form}::jsonb)
      ON CONFLICT (id) DO UPDATE SET form = excluded.form RETURNING xmax = 0 AS made`.execute(trx);
    await saveChange(trx, { ...author, rule: rule.id, what: rows[0]?.made === true ? "made" : "changed" }, form);
  });
}

/** Deletes a page rule; false if none has that id. */
export function deletePageRule(db: Kysely<Schema>, id: string, author: Author): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const { rows } = await sql<{ form: unknown }>`DELETE FROM lastbeat.rules WHERE id = ${clean(id)}
      RETURNING form`.execute(trx);
    if (rows[0] === undefined) return false;
    await saveChange(trx, { ...author, rule: id, what: "deleted" }, jsonText(rows[0].form));
    return true;
  });
}

/** The latest changes of one rule, newest first. */
export async function listRuleChanges(db: Kysely<Schema>, id: string): Promise<RuleChange[]> {
  const { rows } = await sql<RuleChangeRow>`SELECT id, rule, at_ms, who, what, form FROM lastbeat.rule_changes
    WHERE rule = ${clean(id)} ORDER BY id DESC LIMIT ${CHANGES_READ}`.execute(db);
  return rows.map(({ rule, at_ms: atMs, who, what, form }) => ({
    rule,
    atMs,
    who,
    what,
    form: RuleForm.safeParse(form).data ?? null,
  }));
}

async function saveChange(trx: Kysely<Schema>, change: Omit<RuleChange, "form">, form: string): Promise<void> {
  const { rule, atMs, who, what } = change;
  await sql`INSERT INTO lastbeat.rule_changes (rule, at_ms, who, what, form)
    VALUES (${clean(rule)}, ${instant(atMs)}, ${clean(who)}, ${what}, ${form}::jsonb)`.execute(trx);
  await sql`DELETE FROM lastbeat.rule_changes WHERE id <= (
    SELECT id FROM lastbeat.rule_changes ORDER BY id DESC OFFSET ${CHANGES_MAX} LIMIT 1)`.execute(trx);
}
