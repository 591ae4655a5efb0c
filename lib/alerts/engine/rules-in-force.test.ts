import { describe, expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { evaluate } from "@/lib/alerts/engine/evaluate";
import { instancesOf, keyOf } from "@/lib/alerts/engine/measure";
import { rulesInForce } from "@/lib/alerts/engine/rules-in-force";
import { parseMatchers } from "@/lib/alerts/matchers/parse-matchers";
import type { Rule } from "@/lib/alerts/model/rule";
import { aRule } from "@/lib/alerts/model/rules.testing";
import { summarise } from "@/lib/alerts/text/summary";

const base: Rule = { ...aRule, id: "retry-backlog", signal: "jobs.retry.due", warning: 7 };

const of = (source: string) => parseMatchers({ source }).matchers;

describe("which rule holds for which source", () => {
  test.each<[string, readonly Rule[], readonly string[]]>([
    ["nothing in the file", [], ["bitmagnet 100", "videos 100"]],
    ["the same id replaces the built-in rule", [base], ["bitmagnet 7", "videos 7"]],
    ["a narrower one leaves it to the others", [{ ...base, match: of("bitmagnet") }], ["bitmagnet 7", "videos 100"]],
    [
      "the narrowest holds, wherever it stands",
      [base, { ...base, match: of("videos"), warning: 9 }],
      ["bitmagnet 7", "videos 9"],
    ],
    ["another signal under that id replaces it", [{ ...base, signal: "jobs.failed", match: of("x") }], []],
    ["one that is off switches the built-in rule off", [{ ...base, enabled: false }], []],
    ["a narrower one switches it off there", [{ ...base, match: of("videos"), enabled: false }], ["bitmagnet 100"]],
    ["another id adds to it", [{ ...base, id: "mine" }], ["bitmagnet 7", "bitmagnet 100", "videos 7", "videos 100"]],
  ])("%s", (_, file, expected) => {
    const readings = ["bitmagnet", "videos"].map((source) => ({
      signal: "jobs.retry.due",
      labels: { source, queue: "q" },
      value: 1,
    }));
    const instances = [...instancesOf(rulesInForce(BUILT_IN_RULES, file), readings).values()];
    expect(instances.map(({ rule, labels }) => `${labels.source} ${rule.warning}`)).toEqual(expected);
  });

  test("the file's goes before the page's, and the page's before the built-in one", () => {
    const page: Rule = { ...base, origin: "page", warning: 8 };
    const held = (file: readonly Rule[], made: readonly Rule[]) =>
      rulesInForce(BUILT_IN_RULES, file, made)
        .filter(({ id }) => id === "retry-backlog")
        .map(({ origin }) => origin);
    expect([held([], []), held([], [page]), held([base], [page])]).toEqual([["built-in"], ["page"], ["file"]]);
    expect(held([{ ...base, match: of("videos") }], [page])).toEqual(["file", "page"]);
  });
});

test("an instance is known by its labels, not by their order", () => {
  expect(keyOf("r", { a: "1", b: "2" })).toBe(keyOf("r", { b: "2", a: "1" }));
  expect(keyOf("r", { a: "1", b: "2" })).not.toBe(keyOf("r", { a: "12", b: "" }));
  expect(keyOf("r s", {})).not.toBe(keyOf("r-s", {}));
});

describe("the built-in thresholds", () => {
  test.each([
    ["heartbeat-late", 0, "clear"],
    ["heartbeat-late", 1, "warning"],
    ["heartbeat-late", 2, "critical"],
    ["client-flapping", 2, "between"],
    ["client-flapping", 3, "warning"],
    ["client-flapping", 6, "critical"],
    ["client-flapping", 0, "clear"],
    ["client-lost", 0, "clear"],
    ["client-lost", 1, "critical"],
    ["retry-backlog", 49, "clear"],
    ["retry-backlog", 50, "between"],
    ["retry-backlog", 100, "warning"],
    ["retry-backlog", 10_000, "critical"],
    ["retry-not-draining", 299, "clear"],
    ["retry-not-draining", 300, "warning"],
    ["retry-not-draining", 600, "critical"],
    ["runner-silent", 1, "critical"],
    ["broker-unreachable", 0, "critical"],
    ["broker-unreachable", 1, "clear"],
    ["source-unreachable", 0, "warning"],
    ["source-unreachable", 1, "clear"],
  ])("%s at %d is %s", (id, value, verdict) => {
    const rule = BUILT_IN_RULES.find((one) => one.id === id);
    expect(rule && evaluate(rule, value)).toBe(verdict);
  });

  test("each id stands once", () => {
    expect(new Set(BUILT_IN_RULES.map(({ id }) => id)).size).toBe(BUILT_IN_RULES.length);
  });
});

const scanner = { broker: "main", vhost: "/", client: "scanner@media", clientId: "x1" };
const late = { name: "scanner@media", silenceSeconds: 41, timeoutSeconds: 60 };
const bitmagnet = { source: "bitmagnet", queue: "process_torrent" };

describe("sentences", () => {
  test.each<[Partial<Parameters<typeof summarise>[0]>, string]>([
    [
      {
        rule: "heartbeat-late",
        labels: scanner,
        value: 1,
        context: { ...late, closeInFromSeconds: 60, closeInToSeconds: 79 },
      },
      "scanner@media silent 41 s of 60 s, the broker will close it in about 79 s (inferred)",
    ],
    [
      { rule: "heartbeat-late", labels: scanner, value: 1, context: { name: "scanner@media", product: "aiormq" } },
      "scanner@media missed 1 heartbeat (inferred); work that holds its event loop keeps heartbeats from leaving: do it in smaller batches or in a thread, and set ?heartbeat= in the client's own URL, for aiormq does not take the broker's",
    ],
    [
      {
        rule: "heartbeat-late",
        labels: scanner,
        value: 2,
        context: { ...late, silenceSeconds: 130, closeInToSeconds: -3 },
      },
      "scanner@media silent 2 min 10 s of 60 s, the broker will close it now (inferred)",
    ],
    [{ rule: "heartbeat-late", labels: scanner, value: 1 }, "scanner@media missed 1 heartbeat (inferred)"],
    [
      { rule: "client-flapping", labels: scanner, value: 3, context: { reason: "heartbeat" } },
      "scanner@media reconnected 3 times in the last 10 min, last disconnect: missed heartbeats",
    ],
    [
      {
        rule: "client-lost",
        labels: scanner,
        value: 1,
        context: { reason: "connection-lost", endedMs: 0, nowMs: 310_000 },
      },
      "scanner@media has not come back, gone for 5 min 10 s, last disconnect: connection lost (inferred)",
    ],
    [
      { rule: "retry-backlog", labels: bitmagnet, value: 12_345, context: { oldestDueSeconds: 7_260 } },
      "bitmagnet/process_torrent has 12,345 retries due, the oldest for 2 h 1 min",
    ],
    [
      { rule: "retry-not-draining", labels: bitmagnet, value: 600, context: { due: 1 } },
      "bitmagnet/process_torrent: 1 due retry not draining for 10 min",
    ],
    [
      {
        rule: "runner-silent",
        labels: { source: "videos", runner: "gpu-1" },
        value: 1,
        context: { silenceSeconds: 200, limitSeconds: 180, jobsRunning: 2 },
      },
      "gpu-1 silent 3 min 20 s (limit 3 min), holding 2 jobs",
    ],
    [
      {
        rule: "broker-unreachable",
        labels: { broker: "main" },
        value: 0,
        context: { because: "the connection was refused" },
      },
      "Lastbeat cannot see broker main: the connection was refused",
    ],
    [{ rule: "source-unreachable", labels: { source: "videos" }, value: 0 }, "Lastbeat cannot read videos"],
    [
      { rule: "mine", labels: { broker: "main", vhost: "/", queue: "scan" }, value: 1.234, threshold: 1 },
      "main/scan: mine at 1.23, threshold 1",
    ],
    [{ rule: "mine", labels: {}, value: null, threshold: 1 }, "everything: mine, threshold 1"],
    [
      { rule: "heartbeat-late", labels: scanner, value: 0, outcome: "cleared" },
      "scanner@media is sending heartbeats again, after 65 s",
    ],
    [
      {
        rule: "heartbeat-late",
        labels: scanner,
        value: 0,
        outcome: "cleared",
        context: { phase: "departed", sessionsOpen: 0, reason: "client-closed" },
      },
      "scanner@media was disconnected on purpose (closed by the client), after 65 s",
    ],
    [{ rule: "mine", labels: scanner, value: 0, outcome: "cleared" }, "scanner@media: mine is over at 0, after 65 s"],
    [{ rule: "client-lost", labels: scanner, outcome: "gone" }, "scanner@media ended; client-lost had lasted 65 s"],
    [
      { rule: "mine", labels: scanner, outcome: "no-rule" },
      "scanner@media is no longer watched for mine, which had lasted 65 s: it, or the rule, is not in the configuration any more",
    ],
    [{ rule: "toString", labels: scanner, value: 3, threshold: 1 }, "scanner@media: toString at 3, threshold 1"],
  ])("%j", (input, sentence) => {
    const rest = {
      rule: "",
      labels: {},
      value: null,
      threshold: 1,
      context: {},
      outcome: "open",
      lastedMs: 65_000,
    } as const;
    expect(summarise({ ...rest, ...input })).toBe(sentence);
  });

  test("a name as long as a page is cut", () => {
    const summary = summarise({
      rule: "client-lost",
      labels: { client: "x".repeat(5_000) },
      value: 1,
      threshold: 1,
      context: {},
      outcome: "open",
      lastedMs: 0,
    });
    expect(summary.length).toBeLessThan(200);
  });
});
