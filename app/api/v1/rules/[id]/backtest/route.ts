import { answer } from "@/lib/api/answer";
import { RuleBacktestParams } from "@/lib/api/params";
import { tryRule } from "@/lib/views/read/backtest";
import { ruleNamed } from "@/lib/views/read/rules";

export const GET = answer({
  who: "viewer",
  params: RuleBacktestParams,
  read: ({ runtime, params: { id, from, to }, nowMs }) => {
    const toMs = to ?? nowMs;
    return tryRule(runtime, ruleNamed(runtime, id), { fromMs: from ?? toMs - 86_400_000, toMs, labels: {} }, nowMs);
  },
});
