import { expect, test } from "vitest";
import { fieldOf } from "@/components/rules/faults";

test.each([
  ["match[1]", "match"],
  ["condition", "over"],
  ["clearAt", "clear"],
  ["forSeconds", "for"],
  ["keepFiringSeconds", "keepFiringFor"],
  ["critical", "critical"],
])("what the server says of %s stands at the field %s", (path, field) => expect(fieldOf(path)).toBe(field));

test("what has no field of its own stands at the first one, and is not lost", () => expect(fieldOf("")).toBe("id"));
