import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { TABLE_ADAPTERS } from "@/lib/sources/adapters/registry";

const ADAPTERS = import.meta.dirname;
/** Folders without an adapter of their own: adapters are made of it. */
const SHARED = ["generic-table"];
const REQUIRED = ["<kind>.ts", "schema.sql", "example.testing.ts", "<kind>.db.test.ts", "<kind>.live.test.ts"];
/** `traps`: what holds for this kind alone, besides the conformance suite. */
const OPTIONAL = [
  "queries.ts",
  "rows.ts",
  "mapping.ts",
  "traps.testing.ts",
  "traps.db.test.ts",
  "traps.live.test.ts",
  "optional-index.sql",
];
/** The DDL of older versions. */
const OLDER_SCHEMA = /^schema-[a-z0-9.-]+\.sql$/;

/** What is wrong with the files of one kind's folder. */
function faults(kind: string, files: readonly string[]): readonly string[] {
  const required = REQUIRED.map((file) => file.replace("<kind>", kind));
  const missing = required.filter((file) => !files.includes(file)).map((file) => `${kind}/${file} is missing`);
  const others = files.filter((file) => ![...required, ...OPTIONAL].includes(file) && !OLDER_SCHEMA.test(file));
  return [...missing, ...others.map((file) => `${kind}/${file} is not one of an adapter's files`)];
}

const folders = readdirSync(ADAPTERS, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? entry.name : [],
);
const filesOf = (kind: string) => readdirSync(join(ADAPTERS, kind));

describe("every kind of job table has a folder with the same files", () => {
  test("each kind has its folder, and each folder its kind", () => {
    const kinds = [...TABLE_ADAPTERS.map(({ kind }) => kind), "sql", ...SHARED];
    expect(folders.sort()).toEqual(kinds.sort());
  });

  test("each folder has the required files and no others but the optional ones", () => {
    const kinds = folders.filter((folder) => !SHARED.includes(folder));
    expect(kinds.length).toBeGreaterThan(10);
    expect(kinds.flatMap((kind) => faults(kind, filesOf(kind)))).toEqual([]);
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ["a missing schema", ["x.ts", "example.testing.ts", "x.db.test.ts", "x.live.test.ts"], ["x/schema.sql is missing"]],
    [
      "a file of another name",
      ["x.ts", "schema.sql", "example.testing.ts", "x.db.test.ts", "x.live.test.ts", "helpers.ts"],
      ["x/helpers.ts is not one of an adapter's files"],
    ],
  ])("a planted violation is found: %s", (_, files, expected) => expect(faults("x", files)).toEqual(expected));
});
