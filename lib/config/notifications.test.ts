import { expect, test } from "vitest";
import { matcherText } from "@/lib/alerts/matchers/matcher";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { parseConfig } from "@/lib/config/parse";

const read = (text: string) => parseConfig(text, {});

test("by default: repeats after 4 and 24 hours, groups of more than 20 alerts, flapping after five flips", () => {
  const { config } = read("");
  expect(config?.repeat).toEqual({ critical: 4 * HOUR, warning: 24 * HOUR });
  expect(config?.group).toEqual({ by: ["broker", "source", "rule"], wait: 0, over: 20 });
  expect(config?.flapping).toEqual({ flips: 5, within: 10 * MINUTE, calm: 10 * MINUTE });
  expect([config?.maintenance, config?.inhibit]).toEqual([[], []]);
});

test("every setting can be changed", () => {
  const { config, faults } = read(`
maintenance:
  - { id: backup, match: [source=bitmagnet, 'queue=~"nightly.*"'], cron: "30 2 * * *", zone: Europe/Berlin, duration: 2h }
inhibit:
  - { source: rule=disk-full, target: { rule: retry-backlog }, equal: [source] }
group: { by: [broker], wait: 30s }
repeat: { critical: 1h, warning: off }
flapping: { flips: 8, within: 5m, calm: 2m }
`);
  expect(faults).toEqual([]);
  const [window] = config?.maintenance ?? [];
  expect(window?.match.map(matcherText)).toEqual(['source="bitmagnet"', 'queue=~"nightly.*"']);
  expect(window?.recurring).toEqual({ cron: "30 2 * * *", zone: "Europe/Berlin", durationMs: 2 * HOUR });
  expect(config?.inhibit[0]?.target.map(matcherText)).toEqual(['rule="retry-backlog"']);
  expect(config?.group).toEqual({ by: ["broker"], wait: 30 * SECOND, over: 1 });
  expect(config?.repeat).toEqual({ critical: HOUR, warning: null });
});

test.each([
  ["repeat: off", "repeat", { critical: null, warning: null }],
  ["group: off", "group", null],
] as const)("%s disables it", (text, key, value) => expect(read(text).config?.[key]).toEqual(value));

test.each([
  [
    "of syntax",
    `
maintenance:
  - { id: a, match: "queue ~ x", cron: "30 2 * * *", zone: Europe/Berlin, duration: 1h }
  - { id: b, match: [rule=x, "rule=~("], cron: "30 2 * * *", zone: UTC, duration: 1h }
inhibit: [{ source: [], target: rule=x }]
group: { by: ["a b"] }
repeat: { critical: soon }
flapping: { flips: 1 }
`,
    [
      ...["flapping.flips", "group.by[0]", "inhibit[0].source", "maintenance[0].match", "maintenance[1].match[1]"],
      "repeat.critical",
    ],
  ],
  [
    "of meaning",
    `
maintenance:
  - { id: a, match: rule=x, cron: "30 2 * *", zone: Europe/Berlin, duration: 1h }
  - { id: b, match: rule=x, cron: "30 2 * * *", zone: Mars, duration: 1h }
  - { id: c, match: rule=x, cron: "30 2 * * *", zone: UTC, duration: 1s }
`,
    ["maintenance[0].cron", "maintenance[1].zone", "maintenance[2].duration"],
  ],
  [
    "of repeated ids",
    `
maintenance:
  - { id: a, match: rule=x, cron: "30 2 * * *", zone: UTC, duration: 1h }
  - { id: a, match: rule=y, cron: "30 3 * * *", zone: UTC, duration: 1h }
`,
    ["maintenance[1].id"],
  ],
])("all faults %s are listed, each with its path", (_, text, paths) =>
  expect(
    read(text)
      .faults.map(({ path }) => path)
      .toSorted(),
  ).toEqual(paths),
);
