import { expect, test } from "vitest";
import { NO_CHURN, reconcile } from "@/lib/rabbitmq/clients/churn";

/**
 * A poll is "created/observed to open"; "-" is an absent counter. Returns the missed sessions of each poll, "?" not
 * measured.
 */
function missed(story: string): string {
  let memory = NO_CHURN;
  return story
    .split(" ")
    .map((poll) => {
      const [created = "-", opening = "0"] = poll.split("/");
      const result = reconcile(memory, created === "-" ? null : Number(created), Number(opening));
      memory = result.after;
      return result.unseen ?? "?";
    })
    .join(" ");
}

test.each([
  ["every session was observed", "10/0 11/1 12/1 12/0 12/0 12/0", "? 0 0 0 0 0"],
  ["fifteen opened and ended between polls", "10/0 25/0 25/0 25/0 25/0 25/0", "? 0 0 0 15 0"],
  ["a crash loop", "0/0 3/0 6/0 9/0 12/0 15/0 18/0", "? 0 0 0 3 3 3"],
  ["the list lags behind the counter", "10/0 11/0 11/1 11/0 11/0 11/0", "? 0 0 0 0 0"],
  ["the counter lags behind the list", "10/0 10/1 11/0 11/0 11/0 11/0", "? 0 0 0 0 0"],
  ["a restarted node counts from zero", "900/0 2/2 3/1 3/0 3/0 3/0", "? ? 0 0 0 0"],
  ["absent for 5 s after a restart", "900/0 -/0 2/2 2/0 2/0 2/0 2/0", "? ? ? 0 0 0 0"],
])("%s", (_, story, expected) => expect(missed(story)).toBe(expected));
