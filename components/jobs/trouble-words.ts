"use client";

import { useTranslations } from "next-intl";
import { useWords } from "@/components/ui/words";
import type { DrainView } from "@/lib/views/drain";
import type { JobsRow, TroubleView } from "@/lib/views/jobs/schema";

/** Formats the troubles, the forecast and the numbers of a queue. */
export function useJobWords() {
  const t = useTranslations("jobs");
  const rows = useTranslations("ruleRows");
  const { number, span } = useWords();
  const count = (value: number | null, row: Pick<JobsRow, "countsAre">): string => {
    if (value === null) return "–";
    return row.countsAre === "estimated" && value > 0 ? t("estimated", { n: number(value) }) : number(value);
  };
  const evidence = ({ rollbacks }: JobsRow): string =>
    rollbacks === null || rollbacks.loopSeconds === 0
      ? ""
      : ` · ${t("rolledBack", {
          rollbacks: number(rollbacks.rollbacks),
          updates: number(rollbacks.updates),
          span: span(rollbacks.spanSeconds),
        })}`;
  const long = (seconds: number | null): string => (seconds === null ? "–" : span(seconds));
  return {
    count,
    long,
    drain: (drain: DrainView): string => {
      if (drain.is === "draining") return t("drain.draining", { span: span(drain.seconds) });
      return t(drain.is === "unknown" ? `drain.${drain.because}` : `drain.${drain.is}`);
    },
    rate: (perMinute: number | null): string | null => {
      const whole = Math.round(perMinute ?? 0);
      return whole === 0 ? null : t("perMinute", { rate: `${whole > 0 ? "+" : "−"}${number(Math.abs(whole))}` });
    },
    trouble: (row: JobsRow, { rule }: TroubleView): string => {
      if (!rows.has(rule)) return t("otherRule", { rule });
      return rows(rule, {
        due: count(row.retry.due, row),
        oldest: long(row.oldestDueSeconds),
        stalled: long(row.stalledSeconds),
        conflicts: count(row.conflicts, row),
        evidence: evidence(row),
        waiting: count(row.waiting.count, row),
        waited: long(row.untakenSeconds),
        stuck: count(row.stuck, row),
        orphans: count(row.orphans, row),
        open: count(row.open, row),
        unconsumed: long(row.unconsumedSeconds),
        disconnected: long(row.disconnectedSeconds),
        silent: long(row.publishSilentSeconds),
      });
    },
  };
}

/** A remedy in the reader's language; null if this version of the page has no text for it. */
export function useRemedy(): (remedy: string | null) => string | null {
  const t = useTranslations("remedies");
  const jobs = useTranslations("jobs");
  return (remedy) => (remedy === null || !t.has(remedy) ? null : jobs("remedy", { text: t(remedy) }));
}
