import type { Alert } from "@/lib/alerts/model/alert";

/** The labels that matchers compare: those of the alert, and `rule`, `severity` and `incident`. */
export const matchableLabels = ({
  labels,
  rule,
  severity,
  incident,
}: Pick<Alert, "labels" | "rule" | "severity" | "incident">): Readonly<Record<string, string>> => ({
  ...labels,
  rule,
  severity,
  ...(incident === null ? {} : { incident }),
});
