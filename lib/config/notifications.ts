import { z } from "zod";
import type { Matcher } from "@/lib/alerts/matchers/matcher";
import { parseMatchers } from "@/lib/alerts/matchers/parse-matchers";
import { recurringFault } from "@/lib/base/time/recurring";
import { unique } from "@/lib/config/unique";

/** One matcher or several as text, or labels with their exact values. */
const matchers = z
  .union([z.string(), z.array(z.string()), z.record(z.string(), z.string())], {
    error: 'matchers such as source="bitmagnet", one or a list of them',
  })
  .transform((input, context): readonly Matcher[] => {
    const { matchers, faults } = parseMatchers(typeof input === "string" ? [input] : input);
    for (const { at, message } of faults) {
      context.addIssue({ code: "custom", path: Array.isArray(input) ? [at] : [], message });
    }
    if (matchers.length === 0 && faults.length === 0) {
      context.addIssue({ code: "custom", message: "at least one matcher: nothing mutes everything by accident" });
    }
    return matchers;
  });

const WINDOWS_MAX = 100;
const INHIBITIONS_MAX = 50;
const COMMENT_LENGTH_MAX = 500;
const LABELS_MAX = 10;
const label = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, "the name of a label, or rule, or severity");
const labels = z.array(label).max(LABELS_MAX);

/** More alerts than this are sent as one message: a chat shows no more at once. */
const GROUP_OVER = 20;
const GROUP_OVER_MAX = 1_000;
const GROUP_BY = ["broker", "source", "rule"];

const FLIPS_MIN = 3;
const FLIPS_MAX = 100;

interface SharedSchemas {
  readonly id: z.ZodType<string, string>;
  /** Parses "30s", or a number of seconds, to milliseconds. */
  readonly duration: z.ZodType<number, number | string>;
}

const OFF = { critical: "off", warning: "off" };

/** The notification settings of lastbeat.yaml: `maintenance`, `inhibit`, `group`, `repeat`, `flapping`. */
export function notificationSettings({ id, duration }: SharedSchemas) {
  const Maintenance = z
    .strictObject({
      id,
      match: matchers,
      cron: z.string(),
      zone: z.string(),
      duration,
      comment: z.string().max(COMMENT_LENGTH_MAX).default(""),
    })
    .transform(({ cron, zone, duration: durationMs, ...rest }, context) => {
      const recurring = { cron, zone, durationMs };
      const fault = recurringFault(recurring);
      const [, path, message] = /^(\w+): (.*)$/s.exec(fault ?? "") ?? [];
      if (path !== undefined) context.addIssue({ code: "custom", path: [path], message: message ?? "" });
      return { ...rest, recurring };
    });
  const Inhibition = z.strictObject({ source: matchers, target: matchers, equal: labels.default([]) });
  const off = z.literal("off").transform(() => null);
  const Group = z.strictObject({
    by: labels.default(GROUP_BY),
    wait: duration.prefault(0),
    over: z.int().min(1).max(GROUP_OVER_MAX).default(1),
  });
  const every = z.union([off, duration], { error: 'a duration such as "4h", or off' });
  const Repeat = z.strictObject({ critical: every.prefault("4h"), warning: every.prefault("24h") });
  const Flapping = z.strictObject({
    flips: z.int().min(FLIPS_MIN).max(FLIPS_MAX).default(5),
    within: duration.prefault("10m"),
    calm: duration.prefault("10m"),
  });
  return {
    maintenance: unique(Maintenance, WINDOWS_MAX),
    inhibit: z.array(Inhibition).max(INHIBITIONS_MAX).default([]),
    group: z.union([off, Group]).default({ by: GROUP_BY, wait: 0, over: GROUP_OVER }),
    repeat: z.preprocess((input) => (input === "off" ? OFF : input), Repeat).prefault({}),
    flapping: Flapping.prefault({}),
  };
}
