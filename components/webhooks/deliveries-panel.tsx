"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Empty } from "@/components/panels/empty";
import { usePauseable } from "@/components/shell/paused";
import { useNow } from "@/components/ui/now";
import { QueryResult } from "@/components/ui/query-result";
import { StateWord } from "@/components/ui/state-word";
import { TimeAgo } from "@/components/ui/time-ago";
import { DELIVERY_TONE } from "@/components/ui/tones";
import { useWords } from "@/components/ui/words";
import { ActionButton } from "@/components/webhooks/action-button";
import { HeartbeatsPanel } from "@/components/webhooks/heartbeats-panel";
import { WebhooksPanel } from "@/components/webhooks/webhooks-panel";
import { deliveriesQuery, replayDead, replayDelivery } from "@/lib/views/deliveries/query";
import type { DeliveryView } from "@/lib/views/deliveries/schema";

export function DeliveriesPanel() {
  const t = useTranslations("deliveries");
  const query = useQuery({ ...deliveriesQuery(), ...usePauseable() });
  return (
    <>
      <h1 className="mb-3 text-20 font-semibold">{t("pageTitle")}</h1>
      <WebhooksPanel />
      <HeartbeatsPanel />
      <ReplayDead dead={query.data?.dead ?? 0} />
      <QueryResult query={query} what={t("pageTitle")}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{t("none")}</Empty>
          ) : (
            <ul className="flex flex-col">
              {items.map((delivery) => (
                <Row key={delivery.id} delivery={delivery} />
              ))}
            </ul>
          )
        }
      </QueryResult>
    </>
  );
}

function ReplayDead({ dead }: { readonly dead: number }) {
  const t = useTranslations("webhooks");
  const [replayed, setReplayed] = useState<number | null>(null);
  return (
    <p className="mb-2 flex flex-wrap items-center gap-2">
      {dead === 0 ? null : (
        <ActionButton
          label={t("replayAll", { count: dead })}
          about={String(dead)}
          run={replayDead}
          done={(answer) => setReplayed(answer.replayed)}
        />
      )}
      {replayed === null ? null : (
        <span role="status" className="text-13">
          {t("replayed", { count: replayed })}
        </span>
      )}
    </p>
  );
}

function Row({ delivery }: { readonly delivery: DeliveryView }) {
  const states = useTranslations("state");
  return (
    <li className="grid gap-x-4 gap-y-0.5 border-t border-line py-2 sm:grid-cols-[11rem_1fr_auto]">
      <StateWord tone={DELIVERY_TONE[delivery.state]}>{states(delivery.state)}</StateWord>
      <div className="min-w-0">
        <p className="break-words">{delivery.summary}</p>
        <p className="text-12 break-all text-quiet">
          {delivery.webhook} · {delivery.event} · <span className="font-mono">{delivery.id}</span>
        </p>
        <Attempts delivery={delivery} />
      </div>
      <div className="flex flex-col gap-1 text-13 text-quiet sm:items-end">
        <TimeAgo ms={delivery.createdMs} />
        <Replay delivery={delivery} />
      </div>
    </li>
  );
}

/** A test has its own button to send it again, and a queued or failed delivery is retried automatically. */
function Replay({ delivery: { id, event, state } }: { readonly delivery: DeliveryView }) {
  const t = useTranslations("webhooks");
  if (event === "webhook.test" || state === "queued" || state === "failed") return null;
  return <ActionButton label={t("replay")} about={id} run={() => replayDelivery(id)} />;
}

function Attempts({ delivery }: { readonly delivery: DeliveryView }) {
  const t = useTranslations("deliveries");
  const now = useNow();
  const { reasonText, span, full } = useWords();
  const next = delivery.nextAttemptMs === null || now === null ? null : (delivery.nextAttemptMs - now) / 1_000;
  return (
    <ol className="text-12 text-quiet">
      {delivery.attempts.length === 0 ? <li>{t("notTried")}</li> : null}
      {delivery.attempts.map((attempt) => (
        <li key={attempt.atMs} title={full(attempt.atMs)}>
          {t("attempt", { status: attempt.status ?? t("noAnswer"), ms: Math.round(attempt.durationMs) })}
          {attempt.reason === null ? "" : ` · ${reasonText(attempt.reason)}`}
        </li>
      ))}
      {next === null || delivery.state === "delivered" ? null : (
        <li>{next <= 0 ? t("nextNow") : t("next", { span: span(next) })}</li>
      )}
    </ol>
  );
}
