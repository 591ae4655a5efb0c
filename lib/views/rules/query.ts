import { keepPreviousData, queryOptions, skipToken } from "@tanstack/react-query";
import { z } from "zod";
import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";
import { REFRESH_MS } from "@/lib/views/list";
import { requestJson } from "@/lib/views/request";
import { BacktestView, type RuleForm, RuleItem, RulePage, RulesView } from "@/lib/views/rules/schema";

/** More rules than one page of the API holds are for the API's cursor: 200 of them already fill many screens. */
const RULES_MAX = 1_000;

export const rulesQuery = () =>
  queryOptions({
    queryKey: ["rules"],
    queryFn: ({ signal }) => requestJson(RulesView, `/api/v1/rules?limit=${RULES_MAX}`, { signal }),
    refetchInterval: REFRESH_MS,
    staleTime: REFRESH_MS / 2,
    retry: 1,
  });

/** One rule with who changed it. Asked anew with the list of rules. */
export const ruleQuery = (id: string) =>
  queryOptions({
    queryKey: ["rules", id],
    queryFn: ({ signal }) => requestJson(RulePage, pathOf(id), { signal }),
    staleTime: REFRESH_MS / 2,
    retry: 1,
  });

/** How far back a rule is tried. */
const SPANS = { "6h": 6 * HOUR, "24h": DAY, "7d": 7 * DAY } as const;
export type BacktestRequest = keyof typeof SPANS;
export const BACKTEST_RANGES: readonly BacktestRequest[] = ["6h", "24h", "7d"];

/** A rule can be tried before it has a name. */
const TRIED_AS = "trial";

/**
 * A rule tried on the history until `nowMs`. Another rule is another question: the answer to the last one asked is
 * shown, whichever comes last, and the one before stands meanwhile. null: nothing can be tried yet.
 */
export const backtestQuery = (rule: RuleForm | null, range: BacktestRequest, nowMs: () => number) =>
  queryOptions({
    queryKey: ["backtest", rule === null ? null : { ...rule, id: TRIED_AS }, range],
    queryFn:
      rule === null
        ? skipToken
        : ({ signal }) => {
            const toMs = nowMs();
            const body = { rule: { ...rule, id: TRIED_AS }, fromMs: toMs - SPANS[range], toMs };
            return requestJson(BacktestView, "/api/v1/rules/backtest", { method: "POST", body, signal });
          },
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
    retry: false,
  });

const pathOf = (id: string): string => `/api/v1/rules/${encodeURIComponent(id)}`;

/** Keeps a rule, in force from the next look on. Throws RequestFailed, with the fields at fault. */
export const saveRule = (rule: RuleForm, as: "new" | "known"): Promise<RuleItem> =>
  as === "new"
    ? requestJson(RuleItem, "/api/v1/rules", { method: "POST", body: rule })
    : requestJson(RuleItem, pathOf(rule.id), { method: "PUT", body: rule });

/** Deletes a rule made in the page; a built-in one of its id is in force again. */
export const deleteRule = (id: string): Promise<null> => requestJson(z.null(), pathOf(id), { method: "DELETE" });

/** What of a listed rule is its own to say. */
export const formOf = (item: RuleItem): RuleForm => ({
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
