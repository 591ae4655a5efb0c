import { expect, test } from "vitest";
import { openApi } from "@/lib/server/api/openapi";

const PATHS: Readonly<Record<string, Readonly<Record<string, { readonly parameters?: readonly { name: string }[] }>>>> =
  Reflect.get(openApi(), "paths");

test.each([
  ["/api/v1/alerts", "get", true],
  ["/api/v1/incidents", "get", true],
  ["/api/v1/incidents/{id}", "get", true],
  ["/api/v1/incidents/{id}/acknowledge", "post", true],
  ["/api/v1/incidents/{id}/silence", "post", false],
  ["/api/v1/overview", "get", true],
  ["/api/v1/panels/{panel}", "get", true],
  ["/api/v1/clients/{id}", "get", true],
  ["/api/v1/silence-windows/preview", "post", true],
  ["/api/v1/alerts/{id}/acknowledge", "post", true],
  ["/api/v1/brokers", "get", false],
  ["/api/v1/deliveries", "get", false],
])("the response of %s %s is translated: %s", (path, method, isTranslated) => {
  const names = (PATHS[path]?.[method]?.parameters ?? []).map(({ name }) => name);
  expect(names.includes("Accept-Language")).toBe(isTranslated);
});
