import { expect, test } from "vitest";
import { spanWords } from "@/components/ui/span-words";

test.each<[number, string, object]>([
  [0, "seconds", { n: 0 }],
  [-3, "seconds", { n: 0 }],
  [41.4, "seconds", { n: 41 }],
  [119, "seconds", { n: 119 }],
  [120, "minutes", { n: 2 }],
  [125, "minutesSeconds", { m: 2, s: 5 }],
  [3_599, "minutes", { n: 59 }],
  [7_500, "hours", { h: 2, m: 5 }],
  [200_000, "days", { d: 2, h: 7 }],
])("%d s", (seconds, key, values) => expect(spanWords(seconds)).toEqual({ key, values }));
