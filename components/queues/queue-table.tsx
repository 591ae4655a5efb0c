import { useTranslations } from "next-intl";
import { memo } from "react";
import { Empty } from "@/components/panels/empty";
import { QueueHealthWord } from "@/components/queues/queue-health-word";
import { useWords } from "@/components/ui/words";
import type { QueueView } from "@/lib/views/queues/schema";

/** Queues, worst first: a table on wide screens, cards on narrow ones. */
export function QueueTable({
  queues,
  filtered,
}: {
  readonly queues: readonly QueueView[];
  readonly filtered: boolean;
}) {
  const t = useTranslations("queues");
  if (queues.length === 0) return <Empty>{t(filtered ? "noneMatches" : "noneYet")}</Empty>;
  return (
    <table className="w-full border-collapse max-sm:block">
      <thead className="max-sm:sr-only">
        <tr className="text-left align-bottom text-12 text-quiet [&>th]:pr-4 [&>th]:whitespace-nowrap">
          <th scope="col">{t("queue")}</th>
          <th scope="col">{t("role")}</th>
          <th scope="col" className="text-right">
            {t("ready")}
          </th>
          <th scope="col" className="text-right">
            {t("unacked")}
          </th>
          <th scope="col" className="text-right">
            {t("consumers")}
          </th>
          <th scope="col" className="text-right">
            {t("rates")}
          </th>
          <th scope="col">{t("oldest")}</th>
          <th scope="col">{t("feeds")}</th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {queues.map((queue) => (
          <Row key={`${queue.broker}\0${queue.vhost}\0${queue.name}`} queue={queue} />
        ))}
      </tbody>
    </table>
  );
}

/** Hides an unknown value on a card, where it would occupy a line of its own without information. */
const cellClass = (known: boolean): string => (known ? "max-sm:col-span-3" : "max-sm:hidden");

// The numbers of most queues do not change between two polls. TanStack Query keeps their objects, so memo skips them.
const Row = memo(function Row({ queue }: { readonly queue: QueueView }) {
  const t = useTranslations("queues");
  const { number, span } = useWords();
  const { standing } = queue;
  const count = (value: number | null) => (value === null ? "–" : number(value));
  const { publish, deliver, ack } = queue.rates;
  const moving = publish !== null || deliver !== null || ack !== null;
  const oldest = queue.oldestMessageSeconds;
  return (
    <tr className="border-t border-line align-top max-sm:grid max-sm:grid-cols-3 max-sm:gap-1 max-sm:py-2 sm:[&>td]:py-1.5 sm:[&>td]:pr-4">
      <td className="min-w-0 max-sm:col-span-3">
        <span className="font-semibold break-words">{queue.name}</span>
        {standing === null ? null : (
          <span className="block [&>span]:whitespace-normal">
            <QueueHealthWord standing={standing} />
          </span>
        )}
        <span className="block text-12 text-quiet">
          {[queue.broker, queue.vhost, queue.type].filter((part) => part !== null).join(" · ")}
        </span>
      </td>
      <td className="max-sm:col-span-3 sm:max-w-80" data-label={t("role")}>
        {t(`roles.${queue.role}`)}
        <span className="block text-12 text-quiet max-sm:hidden">{t(`because.${queue.roleBecause}`)}</span>
      </td>
      <td className="sm:text-right" data-label={t("ready")}>
        {count(queue.ready)}
        <Growth queue={queue} />
        {queue.delayed === null || queue.delayed === 0 ? null : (
          <span className="block text-12 text-quiet">{t("heldBack", { n: number(queue.delayed) })}</span>
        )}
      </td>
      <td className="sm:text-right" data-label={t("unacked")}>
        {count(queue.unacked)}
      </td>
      <td className={`sm:text-right ${standing?.is === "waiting" ? "text-warning" : ""}`} data-label={t("consumers")}>
        {count(queue.consumers)}
      </td>
      <td className={`text-13 whitespace-nowrap sm:text-right ${cellClass(moving)}`} data-label={t("rates")}>
        {moving ? `${count(publish)} · ${count(deliver)} · ${count(ack)}` : "–"}
      </td>
      <td
        className={`text-13 whitespace-nowrap ${cellClass(oldest !== null || queue.messageTtlMs !== null)}`}
        data-label={t("oldest")}
      >
        {oldest === null ? "–" : span(oldest)}
        {queue.messageTtlMs === null ? null : (
          <span className="block text-12 text-quiet max-sm:ml-2 max-sm:inline">
            {t("ttl", { span: span(queue.messageTtlMs / 1_000) })}
          </span>
        )}
      </td>
      <td className={`text-13 break-words ${cellClass(queue.feeds.length > 0)}`} data-label={t("feeds")}>
        {queue.feeds.length === 0 ? "–" : queue.feeds.map((feed) => feed.queue).join(", ")}
      </td>
    </tr>
  );
});

/** The same number as in the API and in alerts. */
function Growth({ queue: { perMinute, drain } }: { readonly queue: QueueView }) {
  const t = useTranslations("queues");
  const { number, span } = useWords();
  const rate = Math.round(perMinute ?? 0);
  if (rate === 0) return null;
  const sign = rate > 0 ? "+" : "−";
  return (
    <span className="block text-12 text-quiet">
      {t("growth", { rate: `${sign}${number(Math.abs(rate))}` })}
      {drain.is === "draining" ? ` · ${t("drains", { span: span(drain.seconds) })}` : null}
    </span>
  );
}
