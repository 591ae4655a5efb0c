"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useReason } from "@/components/clients/reason";
import { useNow } from "@/components/ui/now";
import { StateWord } from "@/components/ui/state-word";
import { useWords } from "@/components/ui/words";
import type { TroubleLine } from "@/lib/views/overview/schema";

const WORD = {
  "client-late": "late",
  "clients-not-back": "lost",
  "client-lost": "lost",
  "client-absent": "absent",
  "client-blocked": "blocked",
  "client-flapping": "flapping",
  "client-not-consuming": "stuck",
  "client-publish-silent": "silent",
  "client-pinned": "stuck",
  "client-leaking": "leaking",
  alert: "firing",
  "broker-blind": "unreachable",
  "source-blind": "unreachable",
  "not-kept": "stuck",
  "retry-backlog": "stuck",
  "retry-conflict-loop": "stuck",
  "jobs-not-taken": "stuck",
  "jobs-orphaned": "stuck",
  "jobs-orphan-child": "stuck",
  "open-rows": "stuck",
  "application-redialing": "stuck",
  "pipeline-broken": "stuck",
  "pipeline-not-consuming": "stuck",
  "pipeline-gave-up": "lost",
  "subscriber-publish-silent": "silent",
  "leader-absent": "absent",
  "runner-silent": "silent",
  "runner-stuck": "stuck",
  "runner-deaf": "deaf",
  "runner-bouncing": "bouncing",
  "runner-missing": "missing",
  "runners-short": "missing",
} as const;

/** One trouble: its state, whom it is about, and the numbers in a sentence. What somebody has taken is quiet. */
export function Line({ line }: { readonly line: TroubleLine }) {
  const states = useTranslations("state");
  const product = "product" in line && line.product !== null ? ` (${line.product})` : "";
  const quiet = line.taken !== null;
  return (
    <li
      className={`flex flex-wrap items-baseline gap-x-3 border-t border-line py-1 ${quiet ? "text-14 text-quiet" : "text-16"}`}
      data-line={line.taken?.how ?? "open"}
    >
      <StateWord tone={quiet ? "quiet" : line.severity}>{states(WORD[line.kind])}</StateWord>
      <span className="min-w-0 break-words">
        <Subject line={line} />
        <span className="text-quiet">{product}</span> · <Told line={line} />
        <Taken taken={line.taken} />
      </span>
    </li>
  );
}

function Taken({ taken }: Pick<TroubleLine, "taken">) {
  const t = useTranslations("taken");
  if (taken === null) return null;
  if (taken.how === "acknowledged") return ` · ✓ ${t("acknowledgedBy", { by: taken.by })}`;
  return ` · ∅ ${taken.by === "" ? t("mutedOnly") : t("mutedBy", { by: taken.by })}`;
}

/** Whom it is about, as the way to its page where it has one. */
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
  if (line.kind === "broker-blind") return `/brokers/${encodeURIComponent(line.subject)}`;
  if (line.kind === "source-blind") return `/jobs/${encodeURIComponent(line.subject)}`;
  if (line.kind === "alert") return `/alerts#${line.alertId}`;
  if (line.kind === "clients-not-back" || line.kind === "not-kept") return null;
  if (line.kind.startsWith("runner")) return "/runners";
  return "source" in line ? `/jobs/${encodeURIComponent(line.source)}` : "/jobs";
}

function Told({ line }: { readonly line: TroubleLine }) {
  const t = useTranslations("line");
  const now = useNow();
  const reason = useReason();
  const { because, clock, span } = useWords();
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
      return t("blindBroker", { clock: since, because: because(line.because) });
    case "not-kept":
      return t("notKept", { clock: since, because: because(line.because) });
    case "source-blind":
      return t("blindSource", { clock: since, because: because(line.because) });
    case "retry-backlog": {
      const rate = Math.round(line.perMinute ?? 0);
      if (rate === 0) return t("backlog", { due: line.due });
      return t(rate > 0 ? "backlogGrowing" : "backlogFalling", { due: line.due, rate: Math.abs(rate) });
    }
    case "runner-silent":
      return t("runner", { silence: span(line.silenceSeconds), n: line.jobsRunning });
    case "runner-stuck":
    case "runner-deaf":
    case "runner-bouncing":
    case "runner-missing":
      return t(line.kind, { n: line.jobsRunning, clock: since });
    case "retry-conflict-loop":
    case "jobs-not-taken":
    case "application-redialing":
    case "pipeline-broken":
    case "pipeline-not-consuming":
    case "pipeline-gave-up":
    case "subscriber-publish-silent":
    case "leader-absent":
      return t(line.kind, { held: span(line.value) });
    case "jobs-orphaned":
    case "jobs-orphan-child":
    case "open-rows":
    case "runners-short":
      return t(line.kind, { n: line.value });
    default:
      return line satisfies never;
  }
}
