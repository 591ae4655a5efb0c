import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseCertificates, parseDeprecatedUsed, parseDisabledFlags } from "@/lib/rabbitmq/api/parse-checks";

const recorded = (file: string): unknown => JSON.parse(readFileSync(`lib/rabbitmq/api/recorded/${file}.json`, "utf8"));

describe.each(["3.10.8", "4.3.6"])("%s recorded", (version) => {
  test("a certificate that ends within a month has its listener and its end", () => {
    const parsed = parseCertificates(recorded(`${version}/certificates_expiring`));
    const expiresMs = Date.UTC(2026, 11, 20, 20, 14, 45);
    expect(parsed.ok && parsed.value).toEqual([
      { node: "rabbit@a", port: version === "4.3.6" ? 27_605 : 27_705, protocol: "amqp/ssl", expiresMs },
    ]);
  });

  test("no feature flag of a fresh broker is disabled", () => {
    const parsed = parseDisabledFlags(recorded(`${version}/feature_flags`));
    expect(parsed).toMatchObject({ ok: true, value: [] });
  });
});

test("a transient queue that is not exclusive is a deprecated feature in use", () =>
  expect(parseDeprecatedUsed(recorded("4.3.6/deprecated_features_used"))).toMatchObject({
    ok: true,
    value: ["transient_nonexcl_queues"],
  }));

test("a flag that is disabled and stable is listed, an experimental one is not", () =>
  expect(
    parseDisabledFlags([
      { name: "khepri_db", state: "disabled", stability: "experimental" },
      { name: "quorum_queue_non_voters", state: "disabled", stability: "stable" },
      { name: "stream_queue", state: "enabled", stability: "stable" },
      "odd",
    ]),
  ).toMatchObject({ ok: true, value: ["quorum_queue_non_voters"] }));

test.each<[string, unknown, boolean]>([
  ["a check that passes", { status: "ok" }, true],
  ["a list without a date", { status: "failed", expired: [{ node: "a" }, 1] }, true],
  ["an answer of something else", [], false],
])("%s has no expiring certificate", (_, json, ok) => {
  const parsed = parseCertificates(json);
  expect(parsed.ok).toBe(ok);
  if (parsed.ok) expect(parsed.value).toEqual([]);
});
