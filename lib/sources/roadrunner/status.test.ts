import { expect, test } from "vitest";
import { faultOfCost } from "@/lib/cost.testing";
import { parsePipelines } from "@/lib/sources/roadrunner/status";

const line = (more: Partial<Record<"pipeline" | "ready" | "queue" | "active" | "error", string>> = {}): string => {
  const { pipeline = "mails", ready = "true", queue = "mail", active = "3", error = "" } = more;
  return `plugin: jobs: pipeline: ${pipeline} | priority: 10 | ready: ${ready} | queue: ${queue} | active: ${active} | delayed: 0 | reserved: 0 | driver: amqp | error: ${error}`;
};
const parsed = { pipeline: "mails", driver: "amqp", queue: "mail", ready: true, active: 3, delayed: 0, error: null };

test.each([
  ["a line", line(), [parsed]],
  [
    "two",
    `${line()}\n${line({ pipeline: "other", ready: "false" })}\n`,
    [parsed, { ...parsed, pipeline: "other", ready: false }],
  ],
  ["a pipeline without a queue", line({ queue: "" }), [{ ...parsed, queue: "" }]],
  [
    "an error with signs of its own",
    line({ error: "dial: a | error: b &lt;x&gt;\r" }),
    [{ ...parsed, error: "dial: a | error: b <x>" }],
  ],
  ["no number", line({ active: "x" }), null],
  ["no answer of RoadRunner", "hello", null],
  ["neither ready nor not", line({ ready: "maybe" }), null],
])("the text before v5.1.0: %s", (_, text, expected) => expect(parsePipelines(text)).toEqual(expected));

test.each([
  [
    "one line",
    (length: number) =>
      line()
        .slice(0, 60)
        .repeat(length / 60),
  ],
  ["separators", (length: number) => " | ".repeat(length / 3)],
  ["lines", (length: number) => `${line()}\n`.repeat(length / 130)],
])("the cost is linear in %s", (_, textOf) => {
  const run = (length: number) => {
    const text = textOf(length);
    return () => void parsePipelines(text);
  };
  expect(faultOfCost(run)).toBeNull();
});
