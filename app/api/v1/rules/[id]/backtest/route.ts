import { RuleBacktestParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { requireRule } from "@/lib/views/rules/read";
import { backtestRule } from "@/lib/views/rules/read-backtest";

/** 24 hours. */
const SPAN_DEFAULT_MS = 86_400_000;

export const GET = route({
  access: "viewer",
  params: RuleBacktestParams,
  handle: ({ runtime, params: { id, from, to }, nowMs }) => {
    const toMs = to ?? nowMs;
    return backtestRule(
      runtime,
      requireRule(runtime, id),
      { fromMs: from ?? toMs - SPAN_DEFAULT_MS, toMs, labels: {} },
      nowMs,
    );
  },
});
