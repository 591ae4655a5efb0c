import { describe, expect, test } from "vitest";
import { aPattern } from "@/lib/base/patterns/pattern.testing";
import { HOUR, MINUTE } from "@/lib/base/time/duration";
import type { Client } from "@/lib/rabbitmq/clients/client";
import { aClient } from "@/lib/rabbitmq/clients/client.testing";
import { foldName, foldUser } from "@/lib/rabbitmq/clients/name-folding";
import { compileStrip } from "@/lib/rabbitmq/clients/strip-pattern";
import { suggestPatterns } from "@/lib/rabbitmq/clients/successors";

/** One after the other, ten minutes each. */
const successors = (names: readonly string[], facts: (name: string) => Partial<Client> = (name) => ({ name })) =>
  names.map((name, at) =>
    aClient({
      id: name,
      firstSeenMs: at * 10 * MINUTE,
      lastSeenMs: at * 10 * MINUTE + 9 * MINUTE,
      state: "departed",
      ...facts(name),
    }),
  );
/** All at the same time. */
const together = (names: readonly string[]) =>
  names.map((name) => aClient({ id: name, name, firstSeenMs: 0, lastSeenMs: HOUR }));
const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${prefix}${4_200 + 7 * at}`);

describe("clients of one form that follow each other", () => {
  test.each([
    ["process ids", numbered("worker-", 8), "^worker(?<strip>-\\d+)$", "worker"],
    ["a number after a word", numbered("worker", 8), "^worker(?<strip>\\d+)$", "worker"],
    [
      "a number in the middle",
      numbered("job ", 6).map((name) => `${name} (import)`),
      "^job(?<strip> \\d+) \\(import\\)$",
      "job (import)",
    ],
    ["a number at the start", numbered("", 6).map((name) => `${name}.orders`), "^(?<strip>\\d+\\.)orders$", "orders"],
    [
      "generated suffixes of one length",
      ["import-x2k4z", "import-9bq7c", "import-t5m2w", "import-4zzk8", "import-p0c3r"],
      "^import(?<strip>-[0-9a-z]{5})$",
      "import",
    ],
    [
      "two parts",
      numbered("web-1.host-", 6).map((name, at) => `${name}-${at}`),
      "^web-1\\.host(?<strip>-\\d+-\\d+)$",
      "web-1.host",
    ],
  ])("%s: a pattern that makes them one", (_, names, pattern, folded) => {
    const [suggestion, ...others] = suggestPatterns(successors(names));
    expect(others).toEqual([]);
    expect(suggestion).toMatchObject({ of: "name", pattern, folded, clients: names.length });
    const strip = [aPattern(suggestion?.pattern ?? "", compileStrip)];
    expect(new Set(names.map((name) => foldName(name, [], strip).name))).toEqual(new Set([folded]));
  });

  test("the pattern leaves other names alone", () => {
    const [suggestion] = suggestPatterns(successors(numbered("worker-", 8)));
    const strip = [aPattern(suggestion?.pattern ?? "", compileStrip)];
    expect(foldName("orders-2", [], strip).name).toBe("orders-2");
    expect(foldName("my-worker-2", [], strip).name).toBe("my-worker-2");
  });

  test("users of a lease that no rule knows", () => {
    const users = ["svc-a1b2c3d4", "svc-9f8e7d6c", "svc-1a2b3c4d", "svc-5e6f7a8b", "svc-0c1d2e3f"];
    const [suggestion, ...others] = suggestPatterns(successors(users, (user) => ({ user, name: "orders" })));
    expect(others).toEqual([]);
    expect(suggestion).toMatchObject({ of: "user", pattern: "^svc(?<strip>-[0-9a-z]{8})$", clients: 5 });
    const strip = [aPattern(suggestion?.pattern ?? "", compileStrip)];
    expect(users.map((user) => foldUser(user, [], strip).user)).toEqual(users.map(() => "svc"));
  });

  test("a replica replaces another while a third stays", () => {
    const names = numbered("worker-", 9);
    const all = [...successors(names), aClient({ id: "w", name: "worker-1", firstSeenMs: 0, lastSeenMs: 2 * HOUR })];
    expect(suggestPatterns(all)).toHaveLength(1);
  });
});

describe("no suggestion", () => {
  test.each<[string, readonly Client[]]>([
    ["numbered workers that run together", together(numbered("worker-", 12))],
    ["replicas of a StatefulSet", together(["orders-0", "orders-1", "orders-2", "orders-3", "orders-4"])],
    ["four programs", successors(numbered("worker-", 4))],
    ["names without a number", successors(["a", "b", "c", "d", "e", "f"])],
    [
      "names of nothing but numbers",
      successors(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"]),
    ],
    ["different virtual hosts", successors(numbered("worker-", 8), (name) => ({ name, vhost: name }))],
    [
      "unnamed clients",
      successors(numbered("amqplib app@10.0.0.1 (mail", 8), (name) => ({ name, namedBy: "identity" })),
    ],
  ])("%s", (_, clients) => expect(suggestPatterns(clients)).toEqual([]));
});
