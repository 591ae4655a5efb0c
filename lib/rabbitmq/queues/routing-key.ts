/** A routing key that a message may have: a known one, or any that matches a topic pattern ("#": any at all). */
export type RoutingKey =
  | { readonly is: "exact"; readonly key: string }
  | { readonly is: "pattern"; readonly pattern: string };

/** Whether a message passes: surely, possibly (it depends on what only the message has), or not. */
export type Passes = "surely" | "possibly" | "no";

export const ANY_KEY: RoutingKey = { is: "pattern", pattern: "#" };

/** Whether a message with this key passes a binding of an exchange of this type. */
export function passes(type: string, bindingKey: string, key: RoutingKey): Passes {
  switch (type) {
    case "fanout":
      return "surely";
    case "direct":
      if (key.is === "exact") return key.key === bindingKey ? "surely" : "no";
      return overlaps(words(key.pattern), [split(bindingKey), false]) ? "possibly" : "no";
    case "topic":
      if (bindingKey === "#") return "surely";
      if (key.is === "exact") return overlaps(words(bindingKey), [split(key.key), false]) ? "surely" : "no";
      return overlaps(words(bindingKey), words(key.pattern)) ? "possibly" : "no";
    default:
      // Headers, hashes and plugins depend on the message.
      return "possibly";
  }
}

/** Words, and whether `*` and `#` among them are wildcards. */
type Words = readonly [words: readonly string[], wild: boolean];
const words = (pattern: string): Words => [split(pattern), true];
/** An empty key has no words (rabbit_exchange_type_topic.erl, split_topic_key). */
const split = (key: string): readonly string[] => (key === "" ? [] : key.split(".", WORDS_MAX));
/** Of a key of 255 bytes, the longest that AMQP has; comparing two patterns costs the product of their words. */
const WORDS_MAX = 128;

/** Whether some key matches both: `*` is one word, `#` is any number of words, including none. */
function overlaps([a, aWild]: Words, [b, bWild]: Words): boolean {
  // reached[j]: the words of `a` so far and the first j words of `b` can be one key.
  let reached = row(b.length + 1, (j) => b.slice(0, j).every((word) => bWild && word === "#"));
  for (const word of a) {
    const many = aWild && word === "#";
    const next: boolean[] = [];
    for (let j = 0; j <= b.length; j++) {
      const other = b[j - 1];
      const otherMany = bWild && other === "#";
      const both =
        j > 0 && (reached[j - 1] ?? false) && (word === other || (aWild && word === "*") || (bWild && other === "*"));
      const skipOwn = many && ((reached[j] ?? false) || (next[j - 1] ?? false));
      const skipOther = otherMany && ((next[j - 1] ?? false) || (reached[j] ?? false));
      next.push(both || skipOwn || skipOther);
    }
    reached = next;
  }
  return reached[b.length] ?? false;
}

const row = (length: number, valueAt: (at: number) => boolean): boolean[] =>
  Array.from({ length }, (_, at) => valueAt(at));
