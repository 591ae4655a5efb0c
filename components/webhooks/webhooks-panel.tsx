"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Empty } from "@/components/panels/empty";
import { usePauseable } from "@/components/shell/paused";
import { useNow } from "@/components/ui/now";
import { QueryResult } from "@/components/ui/query-result";
import { StateWord } from "@/components/ui/state-word";
import { useWords } from "@/components/ui/words";
import { ActionButton, BUTTON } from "@/components/webhooks/action-button";
import type { DeliveryView } from "@/lib/views/deliveries/schema";
import { enableWebhook, previewWebhook, replayWebhook, testWebhook, webhooksQuery } from "@/lib/views/webhooks/query";
import type { WebhookPreview, WebhookView } from "@/lib/views/webhooks/schema";

/** The configured webhooks: state, test and preview. */
export function WebhooksPanel() {
  const t = useTranslations("webhooks");
  const query = useQuery({ ...webhooksQuery(), ...usePauseable() });
  return (
    <section aria-labelledby="webhooks" className="mb-6">
      <h2 id="webhooks" className="mb-2 text-16 font-semibold">
        {t("title")}
      </h2>
      <QueryResult query={query} what={t("title")} height={60}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{t("none")}</Empty>
          ) : (
            <ul className="flex flex-col">
              {items.map((webhook) => (
                <Row key={webhook.id} webhook={webhook} />
              ))}
            </ul>
          )
        }
      </QueryResult>
    </section>
  );
}

function Row({ webhook }: { readonly webhook: WebhookView }) {
  const t = useTranslations("webhooks");
  const [tested, setTested] = useState<DeliveryView | null>(null);
  const [preview, setPreview] = useState<WebhookPreview | null>(null);
  const { id } = webhook;
  return (
    <li className="flex flex-col gap-1 border-t border-line py-2" data-webhook={id}>
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <span className="font-semibold">{id}</span>
        <span className="text-13 break-all text-quiet">
          {webhook.format} · {t(`languages.${webhook.language}`)} · {webhook.host} ·{" "}
          {t("signed", { count: webhook.secrets })}
        </span>
        <State webhook={webhook} />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <ActionButton
          label={t("test")}
          busyLabel={t("testing")}
          about={id}
          run={() => testWebhook(id)}
          done={setTested}
        />
        {preview === null ? (
          <ActionButton label={t("preview")} about={id} run={() => previewWebhook(id)} done={setPreview} />
        ) : (
          <button type="button" className={BUTTON} onClick={() => setPreview(null)}>
            {t("hidePreview")}
          </button>
        )}
        {webhook.state === "active" ? null : (
          <ActionButton label={t("enable")} about={id} run={() => enableWebhook(id)} />
        )}
        {webhook.dead === 0 ? null : (
          <ActionButton label={t("replayAll", { count: webhook.dead })} about={id} run={() => replayWebhook(id)} />
        )}
        {tested === null ? null : <Tested delivery={tested} />}
      </div>
      {preview === null ? null : <Preview preview={preview} />}
    </li>
  );
}

function State({ webhook }: { readonly webhook: WebhookView }) {
  const t = useTranslations("webhooks");
  const { reasonText, full } = useWords();
  if (webhook.disabledMs === null) return <WebhookHealth webhook={webhook} />;
  const because = reasonText(webhook.disabledReason);
  return <StateWord tone="critical">{t("disabled", { time: full(webhook.disabledMs), because })}</StateWord>;
}

/** Active or failing, with the number of waiting deliveries. */
function WebhookHealth({ webhook: { failingSinceMs, nextTryMs, waiting } }: { readonly webhook: WebhookView }) {
  const t = useTranslations("webhooks");
  const now = useNow();
  const { full, span } = useWords();
  const seconds = nextTryMs === null || now === null ? 0 : (nextTryMs - now) / 1_000;
  const when = seconds <= 0 ? t("tryNow") : t("tryIn", { span: span(seconds) });
  return (
    <>
      {failingSinceMs === null ? (
        <StateWord tone="ok">{t("active")}</StateWord>
      ) : (
        <StateWord tone="critical">{t("failing", { time: full(failingSinceMs) })}</StateWord>
      )}
      <span className="text-13 text-quiet">
        {waiting === 0 ? null : t("waiting", { count: waiting })}
        {failingSinceMs === null ? null : ` · ${t("nextTry", { when })}`}
      </span>
    </>
  );
}

function Tested({ delivery }: { readonly delivery: DeliveryView }) {
  const t = useTranslations("webhooks");
  const { reasonText } = useWords();
  const last = delivery.attempts.at(-1);
  const accepted = delivery.state === "delivered";
  return (
    <span role="status" className={`text-13 ${accepted ? "text-ok" : "text-critical"}`}>
      {accepted
        ? t("tested", { ms: Math.round(last?.durationMs ?? 0) })
        : t("testFailed", { because: reasonText(last?.reason ?? null) })}
    </span>
  );
}

function Preview({ preview }: { readonly preview: WebhookPreview }) {
  const t = useTranslations("webhooks");
  return (
    <figure>
      <figcaption className="text-12 text-quiet">{t("previewHint", { bytes: preview.bytes })}</figcaption>
      <pre className="max-h-80 overflow-auto rounded-6 bg-raised p-2 font-mono text-12 break-words whitespace-pre-wrap">
        {JSON.stringify(preview.body, null, 2)}
      </pre>
    </figure>
  );
}
