import { describe, expect, test } from "vitest";
import { basePathOf, belowBasePath } from "@/lib/server/launch/base-path.mjs";

describe("LASTBEAT_BASE_PATH", () => {
  test.each([
    [undefined, ""],
    ["", ""],
    ["/", ""],
    ["/lastbeat", "/lastbeat"],
    ["lastbeat/", "/lastbeat"],
    ["/ops/lastbeat/", "/ops/lastbeat"],
  ])("%j is %j", (text, expected) => expect(basePathOf(text)).toBe(expected));

  test.each(["/a b", "/a?b", "/../etc", "https://example.com/lastbeat", "/a//b", "/%2e%2e"])("%j is refused", (text) =>
    expect(() => basePathOf(text)).toThrow("LASTBEAT_BASE_PATH must be a path such as /lastbeat"),
  );
});

describe("a request below /lastbeat", () => {
  test.each([
    ["with its whole path", "/lastbeat/alerts?range=1h", "/lastbeat/alerts?range=1h"],
    ["after a proxy removed the path", "/alerts?range=1h", "/lastbeat/alerts?range=1h"],
    ["for the overview", "/lastbeat", "/lastbeat"],
    ["for the overview with a slash", "/lastbeat/?lang=en", "/lastbeat?lang=en"],
    ["for the overview after a proxy removed the path", "/", "/lastbeat"],
    ["for a page that begins with the same letters", "/lastbeats", "/lastbeat/lastbeats"],
    ["for an asset", "/_next/static/a.js", "/lastbeat/_next/static/a.js"],
  ])("%s", (_, url, expected) => expect(belowBasePath(url, "/lastbeat")).toBe(expected));
});
