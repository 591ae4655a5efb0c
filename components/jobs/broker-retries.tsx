"use client";

import { useTranslations } from "next-intl";
import { Titled } from "@/components/ui/titled";
import { useWords } from "@/components/ui/words";
import type { BrokerRetryView } from "@/lib/views/jobs/schema";

/** Only the longest queues; the queues page lists all of them. */
const SHOWN_MAX = 12;
/** A rule may join a retry queue to every queue of a source, so the list must be cut. */
const JOINED_MAX = 3;

/** Retry and delay queues of the brokers, each with the job queues that share its backlog. */
export function BrokerRetries({ retries }: { readonly retries: readonly BrokerRetryView[] }) {
  const t = useTranslations("jobs");
  const { number } = useWords();
  return (
    <Titled title={t("brokerRetries")}>
      {retries.length === 0 ? (
        <p className="text-quiet">{t("brokerRetriesNone")}</p>
      ) : (
        <ul className="flex flex-col">
          {retries.slice(0, SHOWN_MAX).map((retry) => (
            <li key={`${retry.broker}\0${retry.vhost}\0${retry.queue}`} className="border-t border-line py-1.5">
              <p>
                <span className="font-semibold break-all">{retry.queue}</span>{" "}
                <span className="text-quiet">
                  {t("ready")} {retry.ready === null ? "–" : number(retry.ready)}
                </span>
              </p>
              <p className="text-12 break-words text-quiet">
                {[retry.broker, retry.vhost, retry.into === null ? null : `${t("into")} ${retry.into}`]
                  .filter((part) => part !== null)
                  .join(" · ")}
                {" · "}
                {retry.joined.length === 0 ? t("joinedNone") : `${t("joined")} ${joinedWords(retry)}`}
              </p>
            </li>
          ))}
        </ul>
      )}
      <p className="mt-1 text-12 text-quiet">{t("brokerRetriesHint")}</p>
    </Titled>
  );
}

function joinedWords({ joined }: BrokerRetryView): string {
  const names = joined.slice(0, JOINED_MAX).map((one) => `${one.source}/${one.queue}`);
  return joined.length > JOINED_MAX ? `${names.join(", ")} …` : names.join(", ");
}
