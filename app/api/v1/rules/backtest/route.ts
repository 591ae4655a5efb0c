import { answer } from "@/lib/api/answer";
import { BacktestParams } from "@/lib/api/params";
import { judgeable } from "@/lib/commands/save-rule";
import { tryRule } from "@/lib/views/read/backtest";

export const POST = answer({
  who: "viewer",
  params: BacktestParams,
  read: ({ runtime, params, nowMs }) => tryRule(runtime, judgeable(params.rule, "rule."), params, nowMs),
});
