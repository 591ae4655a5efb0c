import { describe, expect, test } from "vitest";
import { basicAuthorization } from "@/lib/base/http/authorization";
import { parseConfig } from "@/lib/config/parse";
import { PERCENT_ENCODE } from "@/lib/config/urls";

const ENCODED = { path: "", message: PERCENT_ENCODE };

/** Each setting of a URL with credentials: its path, and a configuration where the password is `${PASSWORD}`. */
const SETTINGS: readonly (readonly [string, object])[] = [
  ["brokers[0].managementUrl", { brokers: [{ id: "a", managementUrl: "http://monitor:${PASSWORD}@127.0.0.1:9" }] }],
  [
    "brokers[0].amqpUrl",
    { brokers: [{ id: "a", managementUrl: "http://x", amqpUrl: "amqp://monitor:${PASSWORD}@127.0.0.1:9/vhost" }] },
  ],
  [
    "brokers[0].metricsUrl",
    { brokers: [{ id: "a", managementUrl: "http://x", metricsUrl: "http://monitor:${PASSWORD}@127.0.0.1:9/metrics" }] },
  ],
  [
    "brokers[0].metricsUrl[1]",
    {
      brokers: [
        { id: "a", managementUrl: "http://x", metricsUrl: ["http://x", "http://monitor:${PASSWORD}@127.0.0.1:9"] },
      ],
    },
  ],
  [
    "sources[0].statusUrl",
    { sources: [{ id: "a", kind: "roadrunner", statusUrl: "http://monitor:${PASSWORD}@127.0.0.1:9" }] },
  ],
  [
    "sources[0].metricsUrl",
    { sources: [{ id: "a", kind: "faststream", metricsUrl: "http://monitor:${PASSWORD}@127.0.0.1:9" }] },
  ],
  [
    "sources[0].databaseUrl",
    { sources: [{ id: "a", kind: "river", databaseUrl: "postgres://monitor:${PASSWORD}@127.0.0.1:9/jobs" }] },
  ],
];

const faultsOf = (file: object, password: string) => parseConfig(JSON.stringify(file), { PASSWORD: password }).faults;

describe.each(SETTINGS)("a password in %s", (path, file) => {
  test.each(["p%ss", "100%", "%zz", "%ff", "12/34", "p/ss", "12?34", "12#34", "p@ss", "12/3?4=5", "@"])(
    "that is %s is a fault at its path and never shown",
    (password) => {
      const faults = faultsOf(file, password);
      expect(faults.map((fault) => fault.path)).toEqual([path]);
      expect(JSON.stringify(faults)).not.toContain("monitor");
    },
  );

  test.each(["p%25ss", "100%25", "12%2F34", "%40%23%3F", "p:ss", "~!$&'()*+,;=", "höher", ""])(
    "that is %s is accepted",
    (password) => expect(faultsOf(file, password)).toEqual([]),
  );

  test("that is not percent-encoded is told what to write", () => {
    expect(faultsOf(file, "p%ss")).toEqual([{ ...ENCODED, path }]);
  });
});

test.each([
  ["a receiver with an @ in its path", { webhooks: [{ id: "w", url: "https://x.example/webhook/a@b/c" }] }],
  [
    "a database with its user in the query",
    { sources: [{ id: "a", kind: "river", databaseUrl: "postgres://h:5432/d?user=me@corp" }] },
  ],
  ["an IPv6 host", { brokers: [{ id: "a", managementUrl: "http://u:p@[::1]:15672/prefix" }] }],
])("%s is accepted", (_, file) => expect(faultsOf(file, "")).toEqual([]));

test.each([
  ["webhooks[0].url", { webhooks: [{ id: "w", url: "https://u:${PASSWORD}@x.example/" }] }],
  ["heartbeats[0].url", { heartbeats: [{ id: "w", url: "https://u:${PASSWORD}@x.example/" }] }],
])("a percent sign in the password of %s is a fault", (path, file) => {
  expect(faultsOf(file, "100%").map((fault) => fault.path)).toEqual([path]);
});

test("a header is made of any password, percent-encoded or not, and nothing is thrown", () => {
  const header = (password: string) => basicAuthorization(new URL(`http://u:${password}@x`));
  expect(header("%2F%3F%23%40%25")).toBe(`Basic ${Buffer.from("u:/?#@%").toString("base64")}`);
  expect(header("100%")).toBe(`Basic ${Buffer.from("u:100%").toString("base64")}`);
});
