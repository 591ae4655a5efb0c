import { describe, expect, test } from "vitest";
import { boundedFacts, readFacts } from "@/lib/alerts/model/summary-facts";
import type { SummaryFacts } from "@/lib/alerts/model/summary-input";
import { reason, verbatim } from "@/lib/base/messages/reason";

const factsOf = (context: SummaryFacts["context"]): SummaryFacts => ({ context, outcome: "open", lastedMs: 0 });
const stored = (facts: SummaryFacts | null): unknown => JSON.parse(JSON.stringify(facts));
const refused = reason("endpointFailed", { reason: reason("notReachable", { where: "rr:2114/jobs" }) });

describe("the facts of an alert", () => {
  test("come back from the database as they were, their reason as data", () => {
    const facts = factsOf({ kind: "roadrunner", because: refused, sinceMs: 1, name: null });
    expect(readFacts(stored(boundedFacts(facts)))).toEqual(facts);
  });

  test("of an older version hold an English text as their reason", () =>
    expect(readFacts({ context: { because: "no answer" }, outcome: "open", lastedMs: 0 })).toEqual(
      factsOf({ because: "no answer" }),
    ));

  test("are cut, also within a reason", () =>
    expect(boundedFacts(factsOf({ name: "n".repeat(900), because: verbatim("x".repeat(900)) }))).toEqual(
      factsOf({ name: "n".repeat(500), because: verbatim("x".repeat(500)) }),
    ));
});
