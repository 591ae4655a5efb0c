import { BacktestParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { parseRule } from "@/lib/server/commands/save-rule";
import { backtestRule } from "@/lib/views/rules/read-backtest";

export const POST = route({
  access: "viewer",
  params: BacktestParams,
  handle: ({ runtime, params, nowMs }) => backtestRule(runtime, parseRule(params.rule, "rule."), params, nowMs),
});
