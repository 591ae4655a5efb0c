import { expect, test } from "vitest";
import { messageOf } from "@/lib/base/errors/message";

test.each<[string, unknown, string]>([
  ["an error", new Error("no such file"), "no such file"],
  ["several addresses", new AggregateError([new Error("refused by ::1"), "refused"]), "refused by ::1; refused"],
  ["an empty aggregate", new AggregateError([], "no address"), "no address"],
  ["a string", "stopped", "stopped"],
  ["nothing", undefined, "undefined"],
])("the message of %s", (_, cause, message) => expect(messageOf(cause)).toBe(message));
