import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
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

const ROOT = join(import.meta.dirname, "../../..");
const Operation = z.object({
  operationId: z.string(),
  parameters: z
    .array(z.object({ name: z.string(), in: z.string(), required: z.boolean(), schema: z.unknown() }))
    .default([]),
  requestBody: z.object({ required: z.boolean() }).optional(),
  responses: z.record(z.string(), z.unknown()),
});
const Document = z.object({ paths: z.record(z.string(), z.record(z.string(), Operation)), components: z.unknown() });
const whole = openApi();
const document = Document.parse(whole);
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

/** The method and path of every route handler, from the files. */
const routes = globSync("app/{api,metrics}/**/route.ts", { cwd: ROOT }).flatMap((file) => {
  const path = file
    .replace(/^app/, "")
    .replace(/\/route\.ts$/, "")
    .replaceAll("[", "{")
    .replaceAll("]", "}");
  const text = readFileSync(join(ROOT, file), "utf8");
  return [...text.matchAll(/^export const (GET|POST|PUT|PATCH|DELETE)\b/gm)].map(
    ([, method]) => `${method?.toLowerCase()} ${path}`,
  );
});

test("every route is documented, and every documented operation is a route", () => {
  expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(routes.sort());
});

test("each operation has an id of its own, and says how it refuses", () => {
  const ids = operations.map(({ operationId }) => operationId);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at || !/^[a-z][A-Za-z]+$/.test(id))).toEqual([]);
  const unsaid = operations.filter(({ responses }) => !("default" in responses) || !("503" in responses));
  expect(unsaid).toEqual([]);
  const of = (method: string, path: string) => Object.keys(document.paths[path]?.[method]?.responses ?? {});
  expect(of("post", "/api/v1/silence-windows")).toContain("201");
  expect(of("delete", "/api/v1/rules/{id}")).toEqual(expect.arrayContaining(["204", "401", "403", "404", "409"]));
});

test("every parameter of a path is named, has a schema and is required", () => {
  const inPath = operations.flatMap(({ path, parameters }) =>
    [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) =>
      parameters.find((one) => one.name === name && one.in === "path"),
    ),
  );
  expect(inPath.length).toBeGreaterThan(15);
  for (const parameter of inPath) expect(parameter).toMatchObject({ required: true, schema: expect.any(Object) });
});

test.each([
  ["post", "/api/v1/rules", true],
  ["post", "/api/v1/silence-windows", true],
  ["post", "/api/v1/session", true],
  ["post", "/api/v1/deliveries/replay", false],
])("the body of %s %s is required: %s", (method, path, required) =>
  expect(document.paths[path]?.[method]?.requestBody?.required).toBe(required),
);

test("alerts can be filtered by state", () => {
  expect(document.paths["/api/v1/alerts"]?.get?.parameters.map(({ name }) => name)).toContain("state");
});

test("every reference resolves", () => {
  const text = JSON.stringify(whole);
  const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].flatMap(([, path]) => path ?? []);
  const lost = references.filter(
    (path) => path.split("/").reduce<unknown>((node, name) => Reflect.get(Object(node), name), whole) === undefined,
  );
  expect([references.length > 3, [...new Set(lost)], text.includes("$defs")]).toEqual([true, [], false]);
});
