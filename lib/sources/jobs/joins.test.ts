import { expect, test } from "vitest";
import { type Join, joinedTo } from "@/lib/sources/jobs/joins";

const jobs = [
  { source: "app", queue: "mail" },
  { source: "app", queue: "invoices" },
  { source: "other", queue: "mail" },
];
const mails: Join = { queue: /^mail\./u, source: "app", jobs: /^mail$/u };
const all: Join = { queue: /\.retry$/u, source: "app" };

test.each<[string, string, string | null, readonly Join[], string[]]>([
  ["no rule: the work queue's name", "mail.retry", "mail", [], ["app/mail", "other/mail"]],
  ["no rule and no way known", "mail.retry", null, [], []],
  ["a rule goes before the name", "mail.retry", "mail", [mails], ["app/mail"]],
  ["without `jobs`, all of the source", "x.retry", null, [all], ["app/mail", "app/invoices"]],
  ["the first rule that fits decides", "mail.retry", null, [mails, all], ["app/mail"]],
  ["a rule for others leaves it to the name", "slow", "invoices", [mails], ["app/invoices"]],
])("%s", (_, name, into, joins, told) => {
  expect(joinedTo({ name, into }, jobs, joins).map((one) => `${one.source}/${one.queue}`)).toEqual(told);
});
