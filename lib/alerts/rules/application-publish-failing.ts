import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";
import { MINUTE, SECOND } from "@/lib/base/time/duration";

/**
 * The value begins with the second scrape in which publishes failed, so no `for`. Critical after the time within which a
 * library has reconnected to a broker that was restarted.
 */
export const applicationPublishFailing = {
  ...BUILT_IN,
  id: "application-publish-failing",
  signal: "application.publish.failing",
  warning: 1,
  critical: (5 * MINUTE) / SECOND,
  pack: "faststream",
  line: { family: "application", word: "stuck", place: 145 },
  remedy: ofSource(({ kind }) => (kind === "faststream" ? "faststreamPublishFailing" : null)),
} as const satisfies BuiltInRule;
