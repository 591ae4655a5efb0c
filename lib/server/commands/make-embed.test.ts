import { expect, test } from "vitest";
import { checkEmbedToken } from "@/lib/access/embeds/token";
import { makeEmbed } from "@/lib/server/commands/make-embed";

const ORIGIN = "https://admin.example.com";
const embeds = { secret: "s3cret", origins: [ORIGIN] };
const make = (value: string) =>
  makeEmbed(embeds, { panel: "reconnects", origin: ORIGIN, labels: { broker: value }, ttlSeconds: 60 }, 1_000);

test("a token that is made is accepted, whatever the length of its labels", () => {
  for (let length = 1; length < 2_900; length += 97) {
    const { token } = make("x".repeat(length));
    expect(checkEmbedToken(token, { ...embeds, panel: "reconnects", nowMs: 1_000 }).ok, `${length}`).toBe(true);
  }
});

test("one that would be refused for its length is not made", () => {
  expect(() => make("x".repeat(3_100))).toThrow(/^labels: the token would have \d+ characters, and at most 4096/);
});

test.each([
  ["reconnects", { source: "mine" }, "reconnects has broker, client, and not source"],
  ["heartbeat-misses", { broker: "main", client: "a" }, "heartbeat-misses has broker, and not client"],
  ["runner-last-contact", { broker: "main" }, "runner-last-contact has source, runner, and not broker"],
] as const)("a label that %s cannot limit is refused: %j", (panel, labels, detail) =>
  expect(() => makeEmbed(embeds, { panel, origin: ORIGIN, labels: { ...labels }, ttlSeconds: 60 }, 1_000)).toThrow(
    `labels: ${detail}`,
  ),
);
