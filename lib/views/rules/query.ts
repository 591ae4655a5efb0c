import { keepPreviousData, queryOptions, skipToken } from "@tanstack/react-query";
import { z } from "zod";
import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";
import { polled, REFRESH_MS } from "@/lib/views/refresh";
import { requestJson } from "@/lib/views/request";
import { BacktestView, type RuleForm, RuleItem, RulePage, RulesView } from "@/lib/views/rules/schema";
import { ALL_SCOPES, dependsOn } from "@/lib/views/topics";

const PATH = "/api/v1/rules";
/** The largest page of the API: 200 rules already fill many screens. */
const RULES_MAX = 1_000;

/** Rules are listed with the number of their open alerts. */
export const rulesQuery = () =>
  queryOptions({
    queryKey: ["rules", dependsOn(...ALL_SCOPES)],
    queryFn: ({ signal }) => requestJson(RulesView, `${PATH}?limit=${RULES_MAX}`, { signal }),
    ...polled,
  });

/** One rule with the history of its changes. Its key begins like the one of the list, so both are invalidated together. */
export const ruleQuery = (id: string) =>
  queryOptions({
    queryKey: ["rules", dependsOn(...ALL_SCOPES), id],
    queryFn: ({ signal }) => requestJson(RulePage, pathOf(id), { signal }),
    staleTime: REFRESH_MS / 2,
  });

/** The lengths of history that a rule can be tested on. */
const SPANS = { "6h": 6 * HOUR, "24h": DAY, "7d": 7 * DAY } as const;
export type BacktestRange = keyof typeof SPANS;
export const BACKTEST_RANGES: readonly BacktestRange[] = ["6h", "24h", "7d"];

/** A rule can be tested before it has an id. */
const BACKTEST_ID = "trial";

/**
 * The back-test of a rule on the history until `nowMs`. Each change of the rule is another query: the result of the
 * previous one stays on the page until the next arrives. null: the form does not hold a valid rule yet.
 *
 * The key names no topics. A back-test of seven days costs the server up to a second of CPU, and a tick adds nothing to
 * it that a person would see: it runs again when the rule or the range changes, and never because of an event.
 */
export const backtestQuery = (rule: RuleForm | null, range: BacktestRange, nowMs: () => number) =>
  queryOptions({
    queryKey: ["backtest", rule === null ? null : { ...rule, id: BACKTEST_ID }, range],
    queryFn:
      rule === null
        ? skipToken
        : ({ signal }) => {
            const toMs = nowMs();
            const body = { rule: { ...rule, id: BACKTEST_ID }, fromMs: toMs - SPANS[range], toMs };
            return requestJson(BacktestView, `${PATH}/backtest`, { method: "POST", body, signal });
          },
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
  });

const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

/** Saves a rule; it takes effect from the next tick. Throws RequestFailed with the fields at fault. */
export const saveRule = (rule: RuleForm, as: "new" | "existing"): Promise<RuleItem> =>
  as === "new"
    ? requestJson(RuleItem, PATH, { method: "POST", body: rule })
    : requestJson(RuleItem, pathOf(rule.id), { method: "PUT", body: rule });

/** Deletes a page rule; the built-in rule of its id, if there is one, takes effect again. Throws RequestFailed. */
export const deleteRule = (id: string): Promise<null> => requestJson(z.null(), pathOf(id), { method: "DELETE" });

/** The form of a listed rule: the fields that can be edited. */
export const formFromItem = (item: RuleItem): RuleForm => ({
  id: item.id,
  signal: item.signal,
  match: item.match,
  condition: item.condition,
  comparison: item.comparison,
  warning: item.warning,
  critical: item.critical,
  forSeconds: item.forSeconds,
  keepFiringSeconds: item.keepFiringSeconds,
  clearAt: item.clearAt,
  enabled: item.enabled,
});
