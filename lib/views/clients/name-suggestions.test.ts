import { expect, test } from "vitest";
import type { Pattern } from "@/lib/base/patterns/pattern";
import { aPattern } from "@/lib/base/patterns/pattern.testing";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { FLOWS, timeline } from "@/lib/collector/broker/timeline.testing";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import { compileStrip } from "@/lib/rabbitmq/clients/strip-pattern";
import { nameSuggestionFor, nameSuggestions } from "@/lib/views/clients/name-suggestions";

const LIVES = 8;

/** A worker that takes its process id into its name and is restarted every two minutes. */
function restarts(strip: readonly Pattern[]) {
  const line = timeline(strip, FLOWS);
  for (let life = 0; life < LIVES; life++) {
    const name = `10.0.0.1:${1_000 + life} -> 10.0.0.9:5672`;
    const worker = aConnection(1_000 + life, {
      ...{ name, userProvidedName: `worker-${4_211 + 13 * life}`, connectedAtMs: line.nowMs() },
    });
    const consumers = [{ connection: name, queue: "mail", tag: "mail" }];
    for (let at = 0; at < 2 * MINUTE; at += 5 * SECOND) {
      line.poll({ connections: [{ ...worker, recvOct: line.nowMs() }], consumers });
    }
    const atMs = line.nowMs();
    line.pushEvents(
      [
        { kind: "close-reason", atMs, connection: name, reason: "connection-lost", detail: null, final: true },
        { kind: "closed", atMs, node: "rabbit@a", connection: name },
      ],
      SECOND,
    );
  }
  return line.memory();
}

test("many short successors of one form: a pattern is suggested, and with it they are one client", () => {
  const memory = restarts([]);
  expect(memory.clients.size).toBe(LIVES);
  const [suggestion, ...others] = nameSuggestions(memory);
  expect(others).toEqual([]);
  expect(suggestion).toMatchObject({
    of: "name",
    pattern: "^worker(?<strip>-\\d+)$",
    folded: "worker",
    clients: LIVES,
  });
  for (const id of memory.clients.keys()) expect(nameSuggestionFor(memory, id)).toEqual(suggestion);
  const folded = restarts([aPattern(suggestion?.pattern ?? "", compileStrip)]);
  expect([...folded.clients.values()].map(({ name, reconnectsMs }) => [name, reconnectsMs.length])).toEqual([
    ["worker", LIVES - 1],
  ]);
  expect(nameSuggestions(folded)).toEqual([]);
});
