import { useTranslations } from "next-intl";
import { memo } from "react";
import { Empty } from "@/components/panels/empty";
import { StateWord, type Tone } from "@/components/ui/state-word";
import { useWords } from "@/components/ui/words";
import type { QueueView } from "@/lib/views/queues";

/** Queues, the most troubled first: a table where there is room, cards where there is not. */
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
        <tr className="text-left text-12 text-quiet">
          <th scope="col">{t("queue")}</th>
          <th scope="col">{t("role")}</th>
          <th scope="col">{t("ready")}</th>
          <th scope="col">{t("unacked")}</th>
          <th scope="col">{t("consumers")}</th>
          <th scope="col">{t("rates")}</th>
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

function standing(queue: QueueView): { readonly tone: Tone; readonly key: "finding" | "waiting" | "down" } | null {
  if (queue.state === "down" || queue.state === "stopped" || queue.state === "crashed") {
    return { tone: "critical", key: "down" };
  }
  if (queue.findings.length > 0) return { tone: "warning", key: "finding" };
  // What waits in a retry or delay queue is meant to wait without a consumer.
  const waits = queue.role === "work" && (queue.ready ?? 0) > 0 && queue.consumers === 0;
  return waits ? { tone: "warning", key: "waiting" } : null;
}

// Numbers of most queues stand still between two polls: TanStack Query keeps such rows as they are.
const Row = memo(function Row({ queue }: { readonly queue: QueueView }) {
  const t = useTranslations("queues");
  const { number, span } = useWords();
  const is = standing(queue);
  const count = (value: number | null) => (value === null ? "–" : number(value));
  const { publish, deliver, ack } = queue.rates;
  return (
    <tr className="border-t border-line align-top max-sm:grid max-sm:grid-cols-3 max-sm:gap-1 max-sm:py-2 sm:[&>td]:py-1.5 sm:[&>td]:pr-4">
      <td className="min-w-0 max-sm:col-span-3">
        <span className="font-semibold break-all">{queue.name}</span>
        <span className="block text-12 text-quiet">
          {[queue.broker, queue.vhost, queue.type].filter((part) => part !== null).join(" · ")}
        </span>
        {is === null ? null : <StateWord tone={is.tone}>{t(`standings.${is.key}`)}</StateWord>}
      </td>
      <td className="max-sm:col-span-3 sm:max-w-80" data-label={t("role")}>
        {t(`roles.${queue.role}`)}
        <span className="block text-12 text-quiet">{t(`because.${queue.roleBecause}`)}</span>
      </td>
      <td data-label={t("ready")}>
        {count(queue.ready)}
        {queue.delayed === null || queue.delayed === 0 ? null : (
          <span className="block text-12 text-quiet">{t("heldBack", { n: number(queue.delayed) })}</span>
        )}
      </td>
      <td data-label={t("unacked")}>{count(queue.unacked)}</td>
      <td data-label={t("consumers")}>{count(queue.consumers)}</td>
      <td className="whitespace-nowrap text-13 max-sm:col-span-3" data-label={t("rates")}>
        {count(publish)} · {count(deliver)} · {count(ack)}
      </td>
      <td className="whitespace-nowrap text-13 max-sm:col-span-3" data-label={t("oldest")}>
        {queue.oldestMessageSeconds === null ? "–" : span(queue.oldestMessageSeconds)}
        {queue.messageTtlMs === null ? null : (
          <span className="block text-12 text-quiet">{t("ttl", { span: span(queue.messageTtlMs / 1_000) })}</span>
        )}
      </td>
      <td className="text-13 break-all max-sm:col-span-3" data-label={t("feeds")}>
        {queue.feeds.length === 0 ? "–" : queue.feeds.map((feed) => feed.queue).join(", ")}
      </td>
    </tr>
  );
});
