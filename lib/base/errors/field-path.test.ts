import { expect, test } from "vitest";
import { fieldPath } from "@/lib/base/errors/field-path";

test.each([
  [[], ""],
  [["limit"], "limit"],
  [["rule", "match", 1], "rule.match[1]"],
  [[0, "id"], "[0].id"],
])("the path %j is written %s", (path, text) => expect(fieldPath(path)).toBe(text));
