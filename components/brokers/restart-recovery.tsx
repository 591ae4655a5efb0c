"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useReason } from "@/components/clients/reason";
import { StateWord } from "@/components/ui/state-word";
import { Titled } from "@/components/ui/titled";
import { useWords } from "@/components/ui/words";
import type { BrokerView } from "@/lib/views/brokers/schema";

/** The latest broker restart that disconnected clients: how many reconnected, how fast, and which are still away. */
export function RestartRecovery({ comeback }: { readonly comeback: NonNullable<BrokerView["comeback"]> }) {
  const t = useTranslations("restartRecovery");
  const states = useTranslations("state");
  const reason = useReason();
  const { full, span } = useWords();
  const { went, back, medianMs, slowestMs, away } = comeback;
  return (
    <Titled title={t("title")}>
      <p className="text-16">
        {t(away.length === 0 ? "all" : "some", { back, went })}
        {medianMs === null || slowestMs === null
          ? null
          : ` ${t("within", { median: span(medianMs / 1_000), slowest: span(slowestMs / 1_000) })}`}
      </p>
      <p className="text-13 text-quiet">
        {t("since", { at: full(comeback.atMs), reason: reason(comeback.reason, comeback.inferred) })}
      </p>
      <ul className="mt-1 text-13">
        {away.map((client) => (
          <li key={client.id} className="flex flex-wrap gap-x-3 border-t border-line py-1">
            <StateWord tone={client.state === "lost" ? "critical" : "warning"}>{states(client.state)}</StateWord>
            <Link href={`/clients/${client.id}`} className="min-w-0 break-words underline">
              {client.displayName}
            </Link>
          </li>
        ))}
      </ul>
    </Titled>
  );
}
