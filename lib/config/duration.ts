import { z } from "zod";
import { parseDuration, SECOND } from "@/lib/base/time/duration";

/** A duration of the file, parsed to milliseconds. */
export const duration = z.union([z.number().nonnegative(), z.string()]).transform((value, context) => {
  const ms = typeof value === "number" ? value * SECOND : parseDuration(value);
  if (ms !== null) return ms;
  context.addIssue({ code: "custom", message: 'a duration such as "30s" or "5m", or a number of seconds' });
  return z.NEVER;
});
