import { expect, test } from "vitest";
import { isDiskFull } from "@/lib/base/errors/disk-full";

const error = (code: string) => Object.assign(new Error("could not extend file"), { code });

test.each<[string, unknown, boolean]>([
  ["PostgreSQL's disk_full", error("53100"), true],
  ["the system's code", error("ENOSPC"), true],
  ["the cause of an error", new Error("query failed", { cause: error("53100") }), true],
  ["one of several", new AggregateError([error("ECONNREFUSED"), error("53100")]), true],
  ["another error", error("53200"), false],
  ["no error", { code: "53100" }, false],
])("%s", (_, cause, expected) => expect(isDiskFull(cause)).toBe(expected));
