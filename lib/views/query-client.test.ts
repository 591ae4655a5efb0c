import type { QueryKey } from "@tanstack/react-query";
import { expect, test } from "vitest";

import { alertsQuery } from "@/lib/views/alerts/query";
import { brokerQuery } from "@/lib/views/brokers/query";
import { clientQuery, clientRowsQuery } from "@/lib/views/clients/query";
import { overviewQuery } from "@/lib/views/overview/query";
import { createQueryClient } from "@/lib/views/query-client";
import { RequestFailed } from "@/lib/views/request";
import { backtestQuery, ruleQuery, rulesQuery } from "@/lib/views/rules/query";
import { RuleForm } from "@/lib/views/rules/schema";

const rule = RuleForm.parse({ id: "deep", signal: "queue.ready", warning: 5 });

/** How often the browser asks when every answer fails like this. The retries come without their delay. */
async function attempts(query: { readonly queryKey: QueryKey }, cause: Error): Promise<number> {
  let count = 0;
  const queryFn = () => {
    count++;
    return Promise.reject(cause);
  };
  const client = createQueryClient();
  await client.fetchQuery({ ...query, queryFn, retryDelay: 0 }).catch(() => {});
  return count;
}

test.each([
  ["400", new RequestFailed(400, "bad request"), 1],
  ["401", new RequestFailed(401, "sign in"), 1],
  ["404", new RequestFailed(404, "not found"), 1],
  ["499", new RequestFailed(499, "the last of them"), 1],
  ["no response", new RequestFailed(0, "fetch failed"), 2],
  ["399", new RequestFailed(399, "no refusal"), 2],
  ["500", new RequestFailed(500, "failed"), 2],
  ["503", new RequestFailed(503, "starting"), 2],
  ["a view that cannot be parsed", new Error("expected number"), 2],
])("a query that fails with %s is asked %s times", async (_, cause, expected) => {
  expect(await attempts({ queryKey: ["any"] }, cause)).toBe(expected);
});

test.each([
  ["overview", overviewQuery()],
  ["alerts", alertsQuery("firing")],
  ["clients", clientRowsQuery({})],
  ["client", clientQuery("c1", "1h")],
  ["broker", brokerQuery("main", "1h")],
  ["rules", rulesQuery()],
  ["rule", ruleQuery("deep")],
  ["back-test", backtestQuery(rule, "6h", () => 0)],
])("the query of the %s has no retry policy of its own", async (_, query) => {
  expect("retry" in query).toBe(false);
  expect(await attempts({ ...query }, new RequestFailed(404, "not found"))).toBe(1);
});
