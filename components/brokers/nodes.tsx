"use client";

import { useTranslations } from "next-intl";
import { Bar } from "@/components/ui/bar";
import { StateWord } from "@/components/ui/state-word";
import { TimeAgo } from "@/components/ui/time-ago";
import { Titled } from "@/components/ui/titled";
import { useWords } from "@/components/ui/words";
import type { BrokerHistory, BrokerView } from "@/lib/views/brokers/schema";

const MIB = 1024 * 1024;
type Node = BrokerView["nodes"][number];

/** Nodes with memory, alarms and restarts. */
export function Nodes(props: { readonly broker: BrokerView; readonly restarts: BrokerHistory["restarts"] }) {
  const t = useTranslations("broker");
  const { full } = useWords();
  const seen = props.broker.lastPollMs !== null;
  return (
    <Titled title={t("nodes")}>
      {props.broker.nodes.length === 0 ? <p className="text-quiet">{t("noNodes")}</p> : null}
      <ul>
        {props.broker.nodes.map((node) => (
          <li key={node.name} className="border-t border-line py-1.5">
            <NodeLine node={node} />
          </li>
        ))}
      </ul>
      <h3 className="mt-3 text-13 font-semibold">{t("restarts")}</h3>
      {props.restarts.length === 0 ? (
        <p className="text-13 text-quiet">{t(seen ? "noRestarts" : "neverSeen")}</p>
      ) : null}
      <ul className="text-13">
        {props.restarts.map((restart) => (
          <li key={`${restart.node}${restart.atMs}`} className="flex flex-wrap gap-x-3">
            <span>{full(restart.atMs)}</span>
            <span className="text-quiet">
              {restart.node} · <TimeAgo ms={restart.atMs} />
            </span>
          </li>
        ))}
      </ul>
    </Titled>
  );
}

function NodeLine({ node }: { readonly node: Node }) {
  const t = useTranslations("broker");
  const { span, number } = useWords();
  const { memoryUsedBytes: used, memoryLimitBytes: limit } = node;
  const uptime = node.uptimeMs === null ? t("notMeasured") : span(node.uptimeMs / 1_000);
  return (
    <>
      <span className="flex flex-wrap items-baseline gap-x-3">
        <b className="font-semibold break-all">{node.name}</b>
        {node.running ? null : <StateWord tone="critical">{t("down")}</StateWord>}
        {node.memoryAlarm === true ? <StateWord tone="critical">{t("memoryAlarm")}</StateWord> : null}
        {node.diskAlarm === true ? <StateWord tone="critical">{t("diskAlarm")}</StateWord> : null}
        {node.memoryAlarm === false && node.diskAlarm === false ? (
          <span className="text-13 text-quiet">{t("noAlarm")}</span>
        ) : null}
      </span>
      <span className="block text-13 text-quiet">
        {t("uptime", { span: uptime })} ·{" "}
        {used === null || limit === null
          ? t("memoryUnknown")
          : t("memory", { used: number(used / MIB), limit: number(limit / MIB) })}
      </span>
      {used === null || limit === null ? null : <Bar share={used / limit} critical={node.memoryAlarm === true} />}
    </>
  );
}
