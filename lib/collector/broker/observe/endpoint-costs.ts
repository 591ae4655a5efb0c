import type { Result } from "@/lib/base/errors/failure";
import type { Reason } from "@/lib/base/messages/reason";
import type { EndpointCost } from "@/lib/collector/broker/memory";
import type { BrokerObservation } from "@/lib/collector/broker/observe/observe";

/** How each endpoint answered, for the page that says what Lastbeat may and may not see of a broker. Pure. */
export const endpointCosts = (seen: BrokerObservation): readonly EndpointCost[] => [
  { what: "overview", reason: reasonOf(seen.overview), rows: null },
  { what: "connections", ...listed(seen.connections) },
  { what: "nodes", ...listed(seen.nodes) },
  { what: "consumers", ...listed(seen.consumers) },
  { what: "queues", ...listed(seen.queues) },
];

const reasonOf = (answer: Result<unknown>): Reason | null => (answer.ok ? null : answer.failure.reason);

const listed = (answer: Result<{ readonly rows: readonly unknown[] }>) => ({
  reason: reasonOf(answer),
  rows: answer.ok ? answer.value.rows.length : null,
});
