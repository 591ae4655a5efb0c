import type { Result } from "@/lib/base/errors/failure";
import type { EndpointCost } from "@/lib/collector/memory";
import type { BrokerObservation } from "@/lib/collector/observe";

/** How each endpoint answered, for the page that says what Lastbeat may and may not see of a broker. Pure. */
export const answersOf = (seen: BrokerObservation): readonly EndpointCost[] => [
  { what: "overview", because: becauseOf(seen.overview), rows: null },
  { what: "connections", ...listed(seen.connections) },
  { what: "nodes", ...listed(seen.nodes) },
  { what: "consumers", ...listed(seen.consumers) },
  { what: "queues", ...listed(seen.queues) },
];

const becauseOf = (answer: Result<unknown>): string | null => (answer.ok ? null : answer.failure.detail);

const listed = (answer: Result<{ readonly rows: readonly unknown[] }>) => ({
  because: becauseOf(answer),
  rows: answer.ok ? answer.value.rows.length : null,
});
