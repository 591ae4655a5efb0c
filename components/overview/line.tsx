"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useReason } from "@/components/clients/reason";
import { useNow } from "@/components/ui/now";
import { StateWord } from "@/components/ui/state-word";
import { useWords } from "@/components/ui/words";
import { RUNNERS_LINES } from "@/lib/views/overview/line-kinds";
import { wordOfLine } from "@/lib/views/overview/line-properties";
import type { TroubleLine } from "@/lib/views/overview/schema";

/** One trouble: its state, its subject, and its numbers in a sentence. Acknowledged and muted lines are dimmed. */
export function Line({ line }: { readonly line: TroubleLine }) {
  const states = useTranslations("state");
  const product = "product" in line && line.product !== null ? ` (${line.product})` : "";
  const quiet = line.taken !== null;
  return (
    <li
      className={`flex flex-wrap items-baseline gap-x-3 border-t border-line py-1 ${quiet ? "text-14 text-quiet" : "text-16"}`}
      data-line={line.taken?.how ?? "open"}
    >
      <StateWord tone={quiet ? "quiet" : line.severity}>{states(wordOfLine(line.kind))}</StateWord>
      <span className="min-w-0 break-words">
        <Subject line={line} />
        <span className="text-quiet">{product}</span> · <Text line={line} />
        <Handling taken={line.taken} />
      </span>
    </li>
  );
}

function Handling({ taken }: Pick<TroubleLine, "taken">) {
  const t = useTranslations("handled");
  if (taken === null) return null;
  if (taken.how === "acknowledged") return ` · ✓ ${t("acknowledgedBy", { by: taken.by })}`;
  return ` · ∅ ${taken.by === "" ? t("mutedOnly") : t("mutedBy", { by: taken.by })}`;
}

/** The subject of a line, as a link if it has a page. */
function Subject({ line }: { readonly line: TroubleLine }) {
  const page = pageOf(line);
  if (page === null) return <b className="font-semibold">{line.subject}</b>;
  return (
    <Link href={page} className="font-semibold hover:underline">
      {line.subject}
    </Link>
  );
}

function pageOf(line: TroubleLine): string | null {
  if ("clientId" in line) return `/clients/${line.clientId}`;
  if ("alertId" in line) return `/alerts#${line.alertId}`;
  if (line.kind === "broker-blind") return `/brokers/${encodeURIComponent(line.subject)}`;
  if (line.kind === "source-blind") return `/jobs/${encodeURIComponent(line.subject)}`;
  if ("queue" in line) return "/queues";
  if ("went" in line || line.kind === "not-kept") return null;
  if ("jobsRunning" in line || isOfRunners(line)) return "/runners";
  return "source" in line ? `/jobs/${encodeURIComponent(line.source)}` : "/jobs";
}

const isOfRunners = ({ kind }: TroubleLine): boolean => RUNNERS_LINES.some((known) => known === kind);

/** The numbers of a line in a sentence. */
function Text({ line }: { readonly line: TroubleLine }) {
  const t = useTranslations("line");
  const rules = useTranslations("ruleLines");
  const now = useNow();
  const reason = useReason();
  const { reasonText, clock, span } = useWords();
  const since = clock(line.sinceMs);
  switch (line.kind) {
    case "client-late": {
      const left = now === null ? null : (line.closeExpectedMs.to - now) / 1_000;
      const values = { silence: span(line.silenceSeconds), timeout: span(line.timeoutSeconds) };
      return left === null || left <= 0 ? t("lateNow", values) : t("late", { ...values, close: span(left) });
    }
    case "clients-not-back":
      return t("notBack", { broker: line.broker, clock: since, back: line.back, went: line.went });
    case "client-lost":
      return t("lost", { clock: since, reason: reason(line.reason, line.inferred) });
    case "client-absent":
      return t("absent", { clock: since, reason: reason(line.reason, line.inferred) });
    case "client-blocked":
      return t("blocked", { clock: since });
    case "client-flapping":
      return t("flapping", { n: line.reconnects });
    case "client-not-consuming": {
      const values = { held: span(line.heldSeconds), queues: line.queues.join(", ") };
      return t(line.queues.length === 0 ? "notConsuming" : "notConsumingFrom", values);
    }
    case "client-publish-silent":
      return t("publishSilent", { held: span(line.heldSeconds) });
    case "client-pinned":
      return t("pinned", { held: span(line.heldSeconds) });
    case "client-leaking":
      return t("leaking", { n: line.sessionsOpen, usually: line.usually });
    case "alert":
      return line.summary;
    case "broker-blind":
      return t("blindBroker", { clock: since, because: reasonText(line.reason) });
    case "not-kept":
      return t("notKept", { clock: since, because: reasonText(line.reason) });
    case "source-blind":
      return t("blindSource", { clock: since, because: reasonText(line.reason) || line.because });
    case "retry-backlog": {
      const rate = Math.round(line.perMinute ?? 0);
      if (rate === 0) return t("backlog", { due: line.due });
      return t(rate > 0 ? "backlogGrowing" : "backlogFalling", { due: line.due, rate: Math.abs(rate) });
    }
    case "runner-silent":
      return t("runner", { silence: span(line.silenceSeconds), n: line.jobsRunning });
    default: {
      // The line comes from an alert, so the rule provides its text.
      const n = "jobsRunning" in line ? line.jobsRunning : "value" in line ? line.value : 0;
      return rules(line.kind, { held: span(n), n, clock: since });
    }
  }
}
