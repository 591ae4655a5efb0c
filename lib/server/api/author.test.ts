import { expect, test } from "vitest";
import { requestTo } from "@/lib/server/api/api.testing";
import { authorOf } from "@/lib/server/api/author";

test.each([
  ["a session", {}, "admin"],
  ["the API token", { authorization: "Bearer token" }, "API token"],
  ["another scheme", { authorization: "Basic token" }, "admin"],
])("the author of a change with %s", (_, headers, who) => {
  expect(authorOf(requestTo("/x", { headers }), 7)).toEqual({ who, atMs: 7 });
});
