import { expect, test } from "vitest";
import { fieldOf } from "@/components/rules/faults";

test.each([
  ["match[1]", "match"],
  ["condition", "over"],
  ["clearAt", "clear"],
  ["forSeconds", "for"],
  ["keepFiringSeconds", "keepFiringFor"],
  ["critical", "critical"],
])("the server's error for %s is shown at the field %s", (path, field) => expect(fieldOf(path)).toBe(field));

test("an error without a field of its own is shown at the first field", () => expect(fieldOf("")).toBe("id"));
