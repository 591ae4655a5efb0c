import fc from "fast-check";
import { expect, test } from "vitest";
import { ANY_KEY, type Passes, passes, type RoutingKey } from "@/lib/rabbitmq/queues/routing-key";

const exact = (key: string): RoutingKey => ({ is: "exact", key });
const matching = (pattern: string): RoutingKey => ({ is: "pattern", pattern });

test.each<[string, string, RoutingKey, Passes]>([
  ["direct", "orders", exact("orders"), "surely"],
  ["direct", "orders", exact("order"), "no"],
  ["direct", "orders.eu", matching("orders.*"), "possibly"],
  ["direct", "users", matching("orders.*"), "no"],
  ["direct", "users", ANY_KEY, "possibly"],
  ["direct", "a.*", matching("a.b"), "no"],
  ["fanout", "", exact("anything"), "surely"],
  ["fanout", "", ANY_KEY, "surely"],
  ["topic", "orders.*", exact("orders.eu"), "surely"],
  ["topic", "orders.*", exact("orders"), "no"],
  ["topic", "orders.*", exact("orders.eu.de"), "no"],
  ["topic", "orders.#", exact("orders"), "surely"],
  ["topic", "#.failed", exact("a.b.failed"), "surely"],
  ["topic", "#", exact(""), "surely"],
  ["topic", "*", exact(""), "no"],
  ["topic", "", exact(""), "surely"],
  ["topic", "#", ANY_KEY, "surely"],
  ["topic", "orders.#", matching("*.eu"), "possibly"],
  ["topic", "orders.#", matching("users.#"), "no"],
  ["topic", "a.#.z", matching("#.y"), "no"],
  ["headers", "", exact("orders"), "possibly"],
  ["x-consistent-hash", "10", exact("orders"), "possibly"],
])("%s bound by '%s', key %o: %s", (type, binding, key, expected) => expect(passes(type, binding, key)).toBe(expected));

test("a topic match equals that of a regular expression", () => {
  const word = fc.constantFrom("a", "b", "*", "#");
  const plain = fc.constantFrom("a", "b", "c");
  const expression = (pattern: readonly string[]) => {
    const parts = pattern.map((part) => (part === "#" ? "(?:[a-c]\\.)*" : part === "*" ? "[a-c]\\." : `${part}\\.`));
    return new RegExp(`^${parts.join("")}$`);
  };
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 5 }),
      fc.array(plain, { minLength: 1, maxLength: 5 }),
      (p, k) => {
        const result = passes("topic", p.join("."), exact(k.join(".")));
        expect(result).toBe(expression(p).test(`${k.join(".")}.`) ? "surely" : "no");
      },
    ),
  );
});
