import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CHANNELS_PATH, parseChannels } from "@/lib/rabbitmq/api/parse-channels";

const recorded = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, "recorded", "3.10.8", `${name}.json`), "utf8"));

function rowsOf(json: unknown) {
  const outcome = parseChannels(json);
  if (!outcome.ok) throw new Error("refused");
  return outcome.value;
}

/** consumers, prefetch, unacked, published, delivered, acked. The second and the fourth never acknowledge. */
const EXPECTED = [
  [1, 5, 0, 45, 45, 45],
  [1, 3, 3, 26, 3, 0],
  [0, 5, 0, 0, 0, 0],
  [1, 3, 3, 0, 3, 0],
  [0, 0, 0, 27, 0, 0],
  [1, 5, 0, 0, 45, 45],
  [0, 0, 0, 45, 0, 0],
  [1, 5, 0, 0, 0, 0],
];

describe("recorded on RabbitMQ 3.10.8", () => {
  test("eight channels of amqplib and rabbitmq-client, each with its connection", () => {
    const { rows, unreadable } = rowsOf(recorded("channels"));
    expect([rows.length, unreadable]).toEqual([8, 0]);
    expect(
      rows.map((row) => [row.consumers, row.prefetch, row.unacked, row.published, row.delivered, row.acked]),
    ).toEqual(EXPECTED);
    for (const row of rows) expect(row.connection).toMatch(/^127\.0\.0\.1:\d+ -> 127\.0\.0\.1:\d+$/);
  });

  test("a full record is read alike", () =>
    expect(rowsOf([recorded("channel_pinned")]).rows[0]).toMatchObject({ unacked: 3, prefetch: 3, acked: 0 }));
});

describe("absent and odd values", () => {
  const name = "10.0.0.1:50564 -> 10.0.0.9:5672 (7)";
  const nothing = { consumers: null, unacked: null, published: null, delivered: null, acked: null };
  test.each<[string, object, object]>([
    ["no statistics yet: nothing is measured", {}, nothing],
    [
      "counters that never changed are 0 if other numbers are present",
      { messages_unacknowledged: 0 },
      { published: 0 },
    ],
    [
      "one of three counters",
      { messages_unacknowledged: 0, message_stats: { publish: 4 } },
      { published: 4, acked: 0 },
    ],
    ["an empty table arrives as a list", { messages_unacknowledged: 1, message_stats: [] }, { delivered: 0 }],
    ["a value that is not a number", { messages_unacknowledged: "", message_stats: { ack: "x" } }, { acked: null }],
  ])("%s", (_, row, expected) => expect(rowsOf([{ name, ...row }]).rows[0]).toMatchObject(expected));

  test("a channel without a number in its name is counted as unreadable", () =>
    expect(rowsOf([{ name: "x" }, { name }])).toMatchObject({
      unreadable: 1,
      rows: [{ connection: name.slice(0, -4) }],
    }));

  test("with statistics switched off the answer is not a list", () =>
    expect(parseChannels({ error: "bad_request" }).ok).toBe(false));
});

test("only the columns that are parsed are requested", () => {
  const requested = new URL(CHANNELS_PATH, "http://broker").searchParams.get("columns")?.split(",") ?? [];
  expect(requested.filter((column) => column.startsWith("message_stats")).length).toBe(5);
  expect(requested).not.toContain("message_stats");
});
