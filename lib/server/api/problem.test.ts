import { expect, test } from "vitest";
import { problemResponse } from "@/lib/server/api/problem";

test("an error is problem+json that no cache stores", async () => {
  const response = problemResponse(404, "Not found", "no rule of that id");
  expect(response.status).toBe(404);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(await response.json()).toEqual({
    type: "about:blank",
    title: "Not found",
    status: 404,
    detail: "no rule of that id",
  });
});

test("errors of fields and further headers are added", async () => {
  const errors = [{ path: "match[0]", message: "no matcher" }];
  const response = problemResponse(422, "Not a rule", "match[0]: no matcher", { "retry-after": "2" }, errors);
  expect(response.headers.get("retry-after")).toBe("2");
  expect(await response.json()).toMatchObject({ errors });
});
