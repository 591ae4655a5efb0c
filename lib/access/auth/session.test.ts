import { describe, expect, test } from "vitest";
import {
  type AccessSecrets,
  bearerOf,
  isApiToken,
  isSession,
  openSession,
  SESSION_MS,
} from "@/lib/access/auth/session";
import { signToken } from "@/lib/access/auth/signed";

const SECRETS: AccessSecrets = { secret: "s3cret", passwordMark: "mark", apiToken: "token" };
const OPENED_MS = 1_000_000;
const cookie = openSession(SECRETS, OPENED_MS);

describe("a session cookie", () => {
  test.each<[string, AccessSecrets, string | undefined, number, boolean]>([
    ["is valid when it is issued", SECRETS, cookie, OPENED_MS, true],
    ["is valid until the last millisecond", SECRETS, cookie, OPENED_MS + SESSION_MS - 1, true],
    ["has expired when its time is over", SECRETS, cookie, OPENED_MS + SESSION_MS, false],
    ["is invalid after a change of the password", { ...SECRETS, passwordMark: "other" }, cookie, OPENED_MS, false],
    ["is invalid under another secret", { ...SECRETS, secret: "other" }, cookie, OPENED_MS, false],
    ["is missing", SECRETS, undefined, OPENED_MS, false],
    ["is empty", SECRETS, "", OPENED_MS, false],
    ["is arbitrary text", SECRETS, "abc.def", OPENED_MS, false],
    [
      "cannot be replaced by an embed token",
      SECRETS,
      signToken(SECRETS.secret, "embed", { untilMs: OPENED_MS + 1_000, password: "mark" }),
      OPENED_MS,
      false,
    ],
    [
      "needs both of its claims",
      SECRETS,
      signToken(SECRETS.secret, "session", { untilMs: OPENED_MS + 1_000 }),
      OPENED_MS,
      false,
    ],
  ])("%s", (_, secrets, value, nowMs, expected) => expect(isSession(secrets, value, nowMs)).toBe(expected));
});

test.each<[string | null, string | null]>([
  ["Bearer abc", "abc"],
  ["bearer abc", "abc"],
  ["BEARER abc", "abc"],
  ["Bearer ", null],
  ["Bearer", null],
  ["Basic abc", null],
  ["abc", null],
  ["", null],
  [null, null],
])("the bearer token of %j is %j", (header, expected) => expect(bearerOf(header)).toBe(expected));

test.each<[string, string | null, string | null, boolean]>([
  ["the configured token", "token", "token", true],
  ["another token", "token", "Token", false],
  ["a prefix of the token", "token", "toke", false],
  ["an empty token", "token", "", false],
  ["no token", "token", null, false],
  ["a token where none is configured", null, "token", false],
  ["no token where none is configured", null, null, false],
  ["the text null where none is configured", null, "null", false],
])("the API token: %s", (_, apiToken, bearer, expected) =>
  expect(isApiToken({ ...SECRETS, apiToken }, bearer)).toBe(expected),
);
