"use client";

import { useTranslations } from "next-intl";
import { useWords } from "@/components/ui/words";
import type { DrainView, JobsRow, TroubleView } from "@/lib/views/jobs/schema";

const TOLD = [
  ...(["retry-backlog", "retry-not-draining", "retry-conflict-loop", "jobs-not-taken", "jobs-orphaned"] as const),
  ...(["jobs-orphan-child", "open-rows"] as const),
  ...(["pipeline-not-consuming", "pipeline-gave-up", "subscriber-publish-silent"] as const),
] as const;

/** How a queue's troubles, its forecast and its numbers are said. */
export function useJobWords() {
  const t = useTranslations("jobs");
  const { number, span } = useWords();
  const count = (value: number | null, row: Pick<JobsRow, "countsAre">): string => {
    if (value === null) return "–";
    return row.countsAre === "estimated" && value > 0 ? t("estimated", { n: number(value) }) : number(value);
  };
  const evidence = ({ rollbacks }: JobsRow): string | null =>
    rollbacks === null || rollbacks.loopSeconds === 0
      ? null
      : t("rolledBack", {
          rollbacks: number(rollbacks.rollbacks),
          updates: number(rollbacks.updates),
          span: span(rollbacks.spanSeconds),
        });
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
      const known = TOLD.find((one) => one === rule);
      if (known === undefined) return t("rule.other", { rule });
      const told = t(`rule.${known}`, {
        due: count(row.retry.due, row),
        oldest: long(row.oldestDueSeconds),
        stalled: long(row.stalledSeconds),
        conflicts: count(row.conflicts, row),
        waiting: count(row.waiting.count, row),
        untaken: long(row.untakenSeconds),
        stuck: count(row.stuck, row),
        orphans: count(row.orphans, row),
        open: count(row.open, row),
        unconsumed: long(row.unconsumedSeconds),
        disconnected: long(row.disconnectedSeconds),
        silent: long(row.publishSilentSeconds),
      });
      return known === "retry-conflict-loop" ? [told, evidence(row)].filter((part) => part !== null).join(" · ") : told;
    },
  };
}

/** A remedy in the reader's language; null for one this version of the page does not know. */
export function useRemedy(): (remedy: string | null) => string | null {
  const t = useTranslations("remedies");
  const jobs = useTranslations("jobs");
  return (remedy) => {
    if (remedy === null || !isRemedy(t, remedy)) return null;
    return jobs("remedy", { text: t(remedy) });
  };
}

type Remedies = ReturnType<typeof useTranslations<"remedies">>;

const isRemedy = (t: Remedies, name: string): name is Parameters<Remedies>[0] => Reflect.apply(t.has, t, [name]);
