import { expect, test } from "vitest";
import { parseMetrics } from "@/lib/rabbitmq/api/parse-metrics";

const CONNECTIONS = 10_000;
const ROUNDS = 30;

/**
 * The answer of `/metrics/detailed?family=connection_coarse_metrics`: three lines a connection, one for each counter.
 */
function answer(): string {
  const lines = ["incoming_bytes_total", "outgoing_bytes_total", "process_reductions_total"].flatMap((counter) =>
    Array.from(
      { length: CONNECTIONS },
      (_, at) => `rabbitmq_detailed_connection_${counter}{channel="<0.${1000 + at * 9}.0>"} ${400 + at}`,
    ),
  );
  return `${lines.join("\n")}\nrabbitmq_identity_info{rabbitmq_node="rabbit@a"} 1\n`;
}

test(`the metrics of ${CONNECTIONS} connections`, () => {
  const text = answer();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    const parsed = parseMetrics(text);
    times.push(performance.now() - began);
    expect(parsed.ok && parsed.value.octets.size).toBe(CONNECTIONS);
  }
  const warm = times.slice(5).sort((a, b) => a - b);
  const at = (share: number) => (warm[Math.floor(share * (warm.length - 1))] ?? 0).toFixed(1);
  console.log(`\n${(text.length / 1e6).toFixed(2)} MB of metrics: parsed in p50 ${at(0.5)} ms, p95 ${at(0.95)} ms\n`);
});
