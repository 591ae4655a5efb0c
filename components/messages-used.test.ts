import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { MESSAGES } from "@/lib/alerts/catalogue/messages";

const ROOT = resolve(import.meta.dirname, "..");

/** Translators of one file: `const t = useTranslations("alerts")`, by the name of the variable. */
function translatorsOf(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const [, name = "", namespace = ""] of text.matchAll(
    /const (\w+) = (?:await )?(?:useTranslations|getTranslations)\("([\w.]+)"\)/g,
  )) {
    found.set(name, new Set([...(found.get(name) ?? []), namespace]));
  }
  return found;
}

/** The keys that a file passes to its translators as plain text: `t("key"`, also from rich and raw. */
const keysOf = (text: string, name: string): readonly string[] =>
  [...text.matchAll(new RegExp(`(?<![\\w.])${name}(?:\\.rich|\\.raw)?\\("([\\w.-]+)"`, "g"))].map(
    ([, key]) => key ?? "",
  );

function has(path: string): boolean {
  let value: unknown = MESSAGES.en;
  for (const part of path.split(".")) {
    if (typeof value !== "object" || value === null || !(part in value)) return false;
    value = Reflect.get(value, part);
  }
  return true;
}

const faultsOf = (path: string, text: string): string[] =>
  [...translatorsOf(text)].flatMap(([name, namespaces]) => [
    ...[...namespaces].filter((namespace) => !has(namespace)).map((namespace) => `${path}: no messages "${namespace}"`),
    ...keysOf(text, name)
      .filter((key) => ![...namespaces].some((namespace) => has(`${namespace}.${key}`)))
      .map((key) => `${path}: no message "${[...namespaces].join("|")}.${key}"`),
  ]);

const files = globSync("{components,app}/**/*.{ts,tsx}", { cwd: ROOT }).filter((path) => !path.includes(".test."));

test("every message that a component names is in the catalogue", () => {
  expect(files.length).toBeGreaterThan(100);
  expect(files.flatMap((path) => faultsOf(path, readFileSync(join(ROOT, path), "utf8")))).toEqual([]);
});

test("a namespace and a key that are not there are found", () => {
  expect(faultsOf("x", 'const t = useTranslations("nowhere"); t("title");')).toHaveLength(2);
  expect(faultsOf("x", 'const t = useTranslations("alerts"); t("thereIsNoSuchKey");')).toHaveLength(1);
});
