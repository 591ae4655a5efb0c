import { describe, expect, test } from "vitest";
import { z } from "zod";
import { sameSecret, signToken, verifyToken } from "@/lib/access/auth/signed";

const Payload = z.object({ text: z.string() });
const token = signToken("s3cret", "session", { text: "hello" });
const [body = "", signature = ""] = token.split(".");

/** A signature of 43 characters and the dot leave 4,052 of 4,096 characters, which are 3,039 bytes, to the payload. */
const LONGEST_TEXT = 3_039 - JSON.stringify({ text: "" }).length;
const longest = signToken("s3cret", "session", { text: "x".repeat(LONGEST_TEXT) });
const tooLong = signToken("s3cret", "session", { text: "x".repeat(LONGEST_TEXT + 1) });

/** Flips the first character of a text. */
const changed = (text: string): string => (text.startsWith("A") ? "B" : "A") + text.slice(1);

describe("a signed token", () => {
  test("returns its payload", () => {
    expect(verifyToken("s3cret", "session", token, Payload)).toEqual({ text: "hello" });
  });

  test.each([
    ["of another secret", signToken("other", "session", { text: "hello" })],
    ["of another purpose", signToken("s3cret", "embed", { text: "hello" })],
    ["with a changed payload", `${changed(body)}.${signature}`],
    ["with a changed signature", `${body}.${changed(signature)}`],
    ["with a shorter signature", `${body}.${signature.slice(0, -4)}`],
    ["with a longer signature", `${body}.${signature}AAAA`],
    ["without a signature", body],
    ["with an empty signature", `${body}.`],
    ["with a third part", `${token}.x`],
    ["with an empty third part", `${token}.`],
    ["whose payload has another shape", signToken("s3cret", "session", { text: 7 })],
    ["that is empty", ""],
  ])("is refused %s", (_, text) => expect(verifyToken("s3cret", "session", text, Payload)).toBeNull());

  test("may have 4,096 characters and not one more", () => {
    expect(longest).toHaveLength(4_096);
    expect(tooLong.length).toBeGreaterThan(4_096);
    expect(verifyToken("s3cret", "session", longest, Payload)?.text).toHaveLength(LONGEST_TEXT);
    expect(verifyToken("s3cret", "session", tooLong, Payload)).toBeNull();
  });
});

test.each([
  ["equal", "abc", "abc", true],
  ["different", "abc", "abd", false],
  ["of different lengths", "abc", "abcd", false],
  ["empty", "", "", true],
])("two secrets are %s", (_, a, b, expected) => expect(sameSecret(a, b)).toBe(expected));
