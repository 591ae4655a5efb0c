import { expect, test } from "vitest";
import { timeline } from "@/lib/collector/broker/timeline.testing";
import { DEFAULT_FOLDING_RULE_IDS } from "@/lib/rabbitmq/clients/folding-rules";
import { aQueue } from "@/lib/rabbitmq/queues/queues.testing";

test("a queue that had consumers is known to have had them after a restart of Lastbeat, until it is deleted", () => {
  const { poll, restart } = timeline();
  const missing = (consumers: number, ready: number): number | null | undefined =>
    poll({ queues: [aQueue("orders", { consumers, ready })] }).facts.readings.find(
      ({ signal }) => signal === "queue.consumers.missing",
    )?.value;
  expect(missing(1, 0)).toBe(0);
  restart(DEFAULT_FOLDING_RULE_IDS);
  expect(missing(0, 3)).toBe(2);
  poll({ queues: [] });
  restart(DEFAULT_FOLDING_RULE_IDS);
  expect(missing(0, 3)).toBe(1);
});
