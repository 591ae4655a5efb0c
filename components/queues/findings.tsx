import { useTranslations } from "next-intl";
import { BlindBrokers } from "@/components/brokers/blind-brokers";
import { StateWord } from "@/components/ui/state-word";
import { useWords } from "@/components/ui/words";
import type { FindingView, QueuesView } from "@/lib/views/queues/schema";

/** Number of lines below the verdict; the filter of the table shows the other findings. */
const LINES_MAX = 5;
const KINDS = [
  "loop-without-consumer",
  "head-blocked",
  "exchange-missing",
  "routes-nowhere",
  "dead-letter-unread",
] as const;

/** One sentence on whether every message reaches its destination, with the worst findings as evidence. */
export function Findings({ view }: { readonly view: QueuesView }) {
  const t = useTranslations("queues");
  const { number } = useWords();
  const lines = view.findings.slice(0, LINES_MAX);
  const isCritical = view.down > 0 || view.findings.some((one) => one.severity === "critical");
  const ink = isCritical ? "text-critical" : lines.length > 0 ? "text-warning" : "";
  return (
    <section aria-label={t("verdict")} className="mb-6">
      <h1 aria-live="polite" className={`text-20 leading-8 font-semibold sm:text-28 sm:leading-10 ${ink}`}>
        <Sentence view={view} />
      </h1>
      <BlindBrokers blind={view.blind} />
      <ol className="mt-3 flex flex-col">
        {lines.map((finding) => (
          <Line key={finding.id} finding={finding} />
        ))}
      </ol>
      {view.findings.length > LINES_MAX ? (
        <p className="mt-1 text-13 text-quiet">{t("moreFindings", { n: view.findings.length - LINES_MAX })}</p>
      ) : null}
      <p className="mt-1 text-13 text-quiet">
        {view.backlog.retry === null ? null : `${t("inRetry", { n: number(view.backlog.retry) })} `}
        {view.backlog.deadLetter === null ? null : t("inDeadLetter", { n: number(view.backlog.deadLetter) })}
      </p>
      {view.withoutTopology.length === 0 || view.total === 0 ? null : (
        <p className="mt-1 text-13 text-quiet">{t("withoutTopology", { brokers: view.withoutTopology.join(", ") })}</p>
      )}
    </section>
  );
}

function Sentence({ view }: { readonly view: QueuesView }) {
  const t = useTranslations("queues");
  const words = useTranslations("queueVerdict");
  if (view.total === 0) return t("none");
  const found = KINDS.flatMap((kind) => {
    const n = view.findings.filter((one) => one.kind === kind).length;
    return n === 0 ? [] : [t(`clauses.${kind}`, { n })];
  });
  const clauses = view.down === 0 ? found : [words("down", { n: view.down }), ...found];
  if (clauses.length === 0) return t(view.withoutTopology.length + view.blind.length === 0 ? "calm" : "calmSoFar");
  const [first = "", second] = clauses;
  return t("sentence", { text: second === undefined ? first : t("and", { a: first, b: second }) });
}

function Line({ finding }: { readonly finding: FindingView }) {
  const t = useTranslations("queues");
  const words = useTranslations("queueVerdict");
  const { span, number, moment, full } = useWords();
  const { sinceMs } = finding;
  const { ready, ttlMs, standsSeconds, exchange, routingKey } = finding.evidence;
  const values = {
    ready: ready === null ? "–" : number(ready),
    expires: ttlMs === null ? "no" : "yes",
    ttl: ttlMs === null ? "–" : span(ttlMs / 1_000),
    current: standsSeconds === null ? "–" : span(standsSeconds),
    exchange: exchange === "" ? t("defaultExchange") : (exchange ?? ""),
    key: routingKey ?? t("ownKey"),
  };
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 border-t border-line py-1.5">
      <StateWord tone={finding.severity}>{t(`severities.${finding.severity}`)}</StateWord>
      <span className="font-semibold break-words">{finding.queues.join(" → ")}</span>
      <span className="text-13 text-quiet">
        {finding.broker} · {finding.vhost}
      </span>
      <span className="text-quiet">
        {t(`lines.${finding.kind}`, values)}
        {finding.inferred ? ` ${t("inferred")}` : ""}
      </span>
      {sinceMs === null ? (
        <span className="text-quiet">{words("sinceUnknown")}</span>
      ) : (
        <time dateTime={new Date(sinceMs).toISOString()} title={full(sinceMs)}>
          {words("since", { time: moment(sinceMs) })}
        </time>
      )}
    </li>
  );
}
