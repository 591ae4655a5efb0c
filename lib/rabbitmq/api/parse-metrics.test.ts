import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { renderReason } from "@/lib/base/messages/render-reason";
import { type NodeMetrics, parseMetrics } from "@/lib/rabbitmq/api/parse-metrics";

const recorded = readFileSync("lib/rabbitmq/api/recorded/3.10.8/metrics-detailed-connection-coarse.txt", "utf8");
const IDENTITY = 'rabbitmq_identity_info{rabbitmq_node="rabbit@a",rabbitmq_cluster="c"} 1\n';
const line = (rest: string) => `rabbitmq_detailed_connection_${rest}\n`;

function read(text: string): NodeMetrics {
  const parsed = parseMetrics(text);
  if (!parsed.ok) throw new Error(renderReason(parsed.failure.reason));
  return parsed.value;
}

test("the recording of 3.10.8: thirty connections and three that have just closed, both counters, the node's name", () => {
  const { node, octets, unreadable } = read(recorded);
  expect(node).toBe("t21332@localhost");
  expect(octets.size).toBe(33);
  expect(unreadable).toBe(0);
  expect(octets.get("<0.946.0>")).toEqual({ recvOct: 317, sendOct: 597 });
  expect([...octets.values()].every((row) => row.recvOct !== null && row.sendOct !== null)).toBe(true);
});

describe("a line may contain", () => {
  test.each<[string, string, number | null | undefined]>([
    ["the pid alone", line('incoming_bytes_total{channel="<0.1.0>"} 8'), 8],
    ["a label before it", line('incoming_bytes_total{node="a",channel="<0.1.0>"} 8'), 8],
    ["a label after it", line('incoming_bytes_total{channel="<0.1.0>",node="a"} 8'), 8],
    ["a time stamp", line('incoming_bytes_total{channel="<0.1.0>"} 8 1795000000000'), 8],
    ["a float", line('incoming_bytes_total{channel="<0.1.0>"} 8.0e3'), 8000],
    ["the last line without its end", line('incoming_bytes_total{channel="<0.1.0>"} 8').trimEnd(), 8],
    ["only what was sent", line('outgoing_bytes_total{channel="<0.1.0>"} 8'), null],
    ["another family", 'rabbitmq_detailed_channel_consumers{channel="<0.1.0>"} 8\n', undefined],
    ["NaN is not measured", line('incoming_bytes_total{channel="<0.1.0>"} NaN'), undefined],
    ["a line that is cut off", line('incoming_bytes_total{channel="<0.1'), undefined],
    ["a comment that names the family", '# HELP rabbitmq_detailed_connection_x {channel="<0.1.0>"} 8\n', undefined],
  ])("%s", (_, text, recvOct) => expect(read(IDENTITY + text).octets.get("<0.1.0>")?.recvOct).toBe(recvOct));

  test("unreadable lines are counted, and the next line is read", () => {
    const text = line("incoming_bytes_total{} 3") + line('incoming_bytes_total{channel="<0.2.0>"} 5');
    const { octets, unreadable } = read(IDENTITY + text);
    expect([octets.size, octets.get("<0.2.0>")?.recvOct, unreadable]).toEqual([1, 5, 1]);
  });
});

test("an answer without the node's name is refused", () => {
  const parsed = parseMetrics(line('incoming_bytes_total{channel="<0.1.0>"} 8'));
  expect(parsed.ok).toBe(false);
});
