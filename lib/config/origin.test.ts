import { describe, expect, test } from "vitest";
import { parseConfig } from "@/lib/config/parse";

const parsed = (origin: string) => parseConfig(JSON.stringify({ embeds: { origins: [origin] } }), {});

describe("an origin of embeds", () => {
  test.each([
    ["https://admin.example.com", "https://admin.example.com"],
    ["https://ADMIN.example.com", "https://admin.example.com"],
    ["HTTPS://admin.example.com", "https://admin.example.com"],
    ["https://münchen.example", "https://xn--mnchen-3ya.example"],
    ["https://xn--mnchen-3ya.example", "https://xn--mnchen-3ya.example"],
    ["https://admin.example.com:443", "https://admin.example.com"],
    ["https://admin.example.com:8443", "https://admin.example.com:8443"],
    ["http://my_host:3000", "http://my_host:3000"],
    ["http://[::1]:3000", "http://[::1]:3000"],
  ])("%s is %s", (text, origin) => expect(parsed(text).config?.embeds.origins).toEqual([origin]));

  test.each(["https://*", "https://*.example.com", "https://admin.*", "*", "http://*:3000", "https://a.example/*"])(
    "with a wildcard, %s, is refused and told what to write",
    (text) => {
      expect(parsed(text).faults).toEqual([
        {
          path: "embeds.origins[0]",
          message: "an origin without a wildcard: list each host, such as https://admin.example.com",
        },
      ]);
    },
  );

  test.each([
    "https://a.example/",
    "https://a.example/x",
    "https://a.example?x",
    "https://me@a.example",
    "a.example",
    "ftp://a.example",
    "null",
    "https://a.example;script-src",
    "https://a.example,b.example",
    "https://a.example 'self'",
    "https://a.example:99999",
  ])("%s is refused", (text) => {
    expect(parsed(text).faults).toEqual([
      { path: "embeds.origins[0]", message: "an origin such as https://admin.example.com, without a path" },
    ]);
  });
});
