import { BacktestParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { judgeable } from "@/lib/server/commands/save-rule";
import { backtestRule } from "@/lib/views/rules/read-backtest";

export const POST = route({
  who: "viewer",
  params: BacktestParams,
  read: ({ runtime, params, nowMs }) => backtestRule(runtime, judgeable(params.rule, "rule."), params, nowMs),
});
