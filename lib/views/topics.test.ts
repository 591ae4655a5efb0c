import { QueryClient } from "@tanstack/react-query";
import { describe, expect, test } from "vitest";

import { alertsQuery } from "@/lib/views/alerts/query";
import { brokerQuery } from "@/lib/views/brokers/query";
import { clientQuery, clientRowsQuery } from "@/lib/views/clients/query";
import { deliveriesQuery } from "@/lib/views/deliveries/query";
import { heartbeatsQuery } from "@/lib/views/heartbeats/query";
import { jobsQuery, sourceQuery } from "@/lib/views/jobs/query";
import { overviewQuery } from "@/lib/views/overview/query";
import { panelQuery } from "@/lib/views/panels/query";
import { queuesQuery } from "@/lib/views/queues/query";
import { backtestQuery, ruleQuery, rulesQuery } from "@/lib/views/rules/query";
import { RuleForm } from "@/lib/views/rules/schema";
import { runnersQuery } from "@/lib/views/runners/query";
import { silenceWindowsQuery } from "@/lib/views/silence-windows/query";
import { dependsOn, eventTopics, isInvalidatedBy } from "@/lib/views/topics";
import { webhooksQuery } from "@/lib/views/webhooks/query";

const rule = RuleForm.parse({ id: "deep", signal: "queue.ready", warning: 5 });

/** Every query of the pages, by name. */
const KEYS = {
  overview: overviewQuery().queryKey,
  panel: panelQuery("reconnects", "1h").queryKey,
  alerts: alertsQuery("firing").queryKey,
  silenceWindows: silenceWindowsQuery().queryKey,
  deliveries: deliveriesQuery().queryKey,
  webhooks: webhooksQuery().queryKey,
  heartbeats: heartbeatsQuery().queryKey,
  clients: clientRowsQuery({ state: "late" }).queryKey,
  client: clientQuery("c1", "1h").queryKey,
  main: brokerQuery("main", "1h").queryKey,
  queues: queuesQuery({}, 100).queryKey,
  jobs: jobsQuery().queryKey,
  videos: sourceQuery("videos").queryKey,
  runners: runnersQuery().queryKey,
  rules: rulesQuery().queryKey,
  rule: ruleQuery("deep").queryKey,
  backtest: backtestQuery(rule, "7d", () => 0).queryKey,
} as const;

const invalidatedBy = (...topics: string[]): string[] =>
  Object.entries(KEYS).flatMap(([name, key]) => (isInvalidatedBy(topics, key) ? [name] : []));

const WITH_ALERTS = ["overview", "alerts", "silenceWindows", "deliveries", "webhooks", "heartbeats", "rules", "rule"];

describe("an event invalidates the queries that depend on its topics", () => {
  test.each<[string, string[], readonly string[]]>([
    ["a tick of the broker", ["broker:main"], ["panel", "clients", "client", "main", "queues", "jobs", "videos"]],
    ["a tick of another broker", ["broker:other"], ["panel", "clients", "client", "queues", "jobs", "videos"]],
    ["a tick of the source", ["source:videos"], ["panel", "jobs", "videos", "runners"]],
    ["a tick of another source", ["source:mine"], ["panel", "jobs", "runners"]],
    ["a change of the webhooks", ["webhooks"], []],
  ])("%s", (_, topics, others) => {
    expect(invalidatedBy(...topics).sort()).toEqual([...WITH_ALERTS, ...others].sort());
  });

  test("a failure of a loop changes only what reports on Lastbeat itself", () => {
    expect(invalidatedBy("maintenance")).toEqual(["overview", "heartbeats"]);
  });

  test("an event without topics changes nothing", () => expect(invalidatedBy()).toEqual([]));

  test("one topic of several is enough", () => {
    expect(isInvalidatedBy(["source:videos", "broker:main"], KEYS.main)).toBe(true);
  });

  test("a name that only begins like the topic is another name", () => {
    expect(isInvalidatedBy(["broker:main-2"], KEYS.main)).toBe(false);
    expect(isInvalidatedBy(["broker:mai"], KEYS.main)).toBe(false);
  });
});

test("no event invalidates a back-test, whatever else the page shows", async () => {
  const client = new QueryClient();
  for (const key of Object.values(KEYS)) client.setQueryData([...key], {});
  const topics = ["broker:main", "source:videos", "webhooks", "maintenance"];
  await client.invalidateQueries({ predicate: ({ queryKey }) => isInvalidatedBy(topics, queryKey) });
  expect(client.getQueryState(KEYS.backtest)?.isInvalidated).toBe(false);
  expect(client.getQueryState(KEYS.rules)?.isInvalidated).toBe(true);
});

test("a key without topics is not invalidated, and a filter that looks like one changes nothing", () => {
  expect(isInvalidatedBy(["broker:main"], ["backtest", { id: "trial", topics: "broker:main" }])).toBe(false);
  expect(isInvalidatedBy(["broker:main"], ["x", null, 7, dependsOn("broker:main")])).toBe(true);
});

test.each([
  ["the topics of an event", '{"topics":["broker:main"]}', ["broker:main"]],
  ["text that is not JSON", "changed", []],
  ["JSON of another shape", '{"topics":"broker:main"}', []],
])("the event stream: %s", (_, data, topics) => expect(eventTopics(data)).toEqual(topics));
