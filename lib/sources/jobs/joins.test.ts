import { expect, test } from "vitest";
import { aPattern } from "@/lib/base/patterns/pattern.testing";
import { type Join, joinedTo } from "@/lib/sources/jobs/joins";

const jobs = [
  { source: "app", queue: "mail" },
  { source: "app", queue: "invoices" },
  { source: "other", queue: "mail" },
];
const mails: Join = { queue: aPattern("^mail\\."), source: "app", jobs: aPattern("^mail$") };
const all: Join = { queue: aPattern("\\.retry$"), source: "app" };

test.each<[string, string, string | null, readonly Join[], string[]]>([
  ["no rule: the work queue's name", "mail.retry", "mail", [], ["app/mail", "other/mail"]],
  ["no rule and no known work queue", "mail.retry", null, [], []],
  ["a rule takes precedence over the name", "mail.retry", "mail", [mails], ["app/mail"]],
  ["without `jobs`, all of the source", "x.retry", null, [all], ["app/mail", "app/invoices"]],
  ["the first matching rule decides", "mail.retry", null, [mails, all], ["app/mail"]],
  ["no matching rule: the name decides", "slow", "invoices", [mails], ["app/invoices"]],
])("%s", (_, name, into, joins, expected) => {
  expect(joinedTo({ name, into }, jobs, joins).map(({ source, queue }) => `${source}/${queue}`)).toEqual(expected);
});
