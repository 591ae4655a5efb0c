import { describe, expect, test } from "vitest";
import { embeddedDatabase } from "@/lib/sources/adapters/databases.testing";
import { statementFault } from "@/lib/sources/adapters/sql/queries";
import { traps } from "@/lib/sources/adapters/sql/traps.testing";

describe("the syntax check of a statement", () => {
  test.each<[string, string, string | null]>([
    ["plain", "SELECT 1", null],
    ["with a semicolon at its end", "select 1;\n", null],
    ["a WITH", "WITH a AS (SELECT 1) SELECT * FROM a", null],
    [
      "semicolons and quotes in strings, names and comments",
      `SELECT ';''"' AS ";", $a$ ';" $a$ -- ; "\n/* ; ' */`,
      null,
    ],
    ["two", "SELECT 1; SELECT 2", "one statement only"],
    ["two, the second behind a comment", "SELECT 1; -- x\nDELETE FROM t", "one statement only"],
    ["a write", "DELETE FROM t", "a statement that begins with SELECT or WITH"],
    ["nothing", "  ", "a statement that begins with SELECT or WITH"],
    ["an unclosed string", "SELECT 'a", "a quote or a comment is not closed"],
    ["a string that ends with a doubled quote", "SELECT 'a''", "a quote or a comment is not closed"],
    ["an unclosed comment", "SELECT 1 /* x", "a quote or a comment is not closed"],
    ["a parameter", "SELECT $1", "no parameters: nothing is put in their place"],
  ])("%s", (_, text, fault) => expect(statementFault(text)).toBe(fault));
});

traps(embeddedDatabase);
