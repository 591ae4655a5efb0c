"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useWords } from "@/components/ui/words";
import type { BrokerView } from "@/lib/views/brokers/schema";

const INK = {
  reachable: "",
  starting: "text-quiet",
  slow: "text-warning",
  unreachable: "text-critical",
  unauthorized: "text-critical",
} as const;

/** A broker's faults, its reachability and since when, and the states of its clients. */
export function BrokerVerdict({ broker }: { readonly broker: BrokerView }) {
  const t = useTranslations("broker");
  const { reasonText, full, moment } = useWords();
  const seen = t(`is.${broker.state}`, { broker: broker.id, clock: moment(broker.stateSinceMs) });
  // The last node data of an unreachable broker is stale, so faults are not shown.
  const troubles = isBlind(broker) ? [] : broker.nodes.flatMap(troublesOf).map(({ key, node }) => t(key, { node }));
  const [worst, ...others] = troubles;
  return (
    <header className="mb-4">
      <h1
        aria-live="polite"
        title={worst === undefined ? full(broker.stateSinceMs) : undefined}
        className={`text-20 leading-8 font-semibold sm:text-28 sm:leading-10 ${worst === undefined ? INK[broker.state] : "text-critical"}`}
      >
        {worst ?? seen}
      </h1>
      {others.map((trouble) => (
        <p key={trouble} className="text-16 text-critical">
          {trouble}
        </p>
      ))}
      {worst === undefined ? null : <p className="text-16">{seen}</p>}
      {broker.reason === null ? null : <p className="text-16 break-words">{reasonText(broker.reason)}</p>}
      <People broker={broker} />
    </header>
  );
}

const isBlind = ({ state }: BrokerView): boolean => state === "unreachable" || state === "unauthorized";

function troublesOf(node: BrokerView["nodes"][number]) {
  const faults: { readonly key: "memoryAlarmOn" | "diskAlarmOn" | "nodeDown"; readonly node: string }[] = [];
  if (node.memoryAlarm === true) faults.push({ key: "memoryAlarmOn", node: node.name });
  if (node.diskAlarm === true) faults.push({ key: "diskAlarmOn", node: node.name });
  if (!node.running) faults.push({ key: "nodeDown", node: node.name });
  return faults;
}

/** Client states now, or at the last successful poll. Nothing is shown before the first poll. */
function People({ broker }: { readonly broker: BrokerView }) {
  const t = useTranslations("broker");
  const { moment } = useWords();
  if (broker.lastPollMs === null) return null;
  const { connected, late, blocked, absent, lost } = broker.clients;
  const isCounted = connected !== null && late !== null && blocked !== null && absent !== null && lost !== null;
  const people = isCounted ? t("people", { connected, late, blocked, absent, lost }) : t("peopleUnknown");
  return (
    <p className="text-16">
      {isBlind(broker) ? t("lastSeen", { clock: moment(broker.lastPollMs), people }) : people}{" "}
      <Link href={`/clients?broker=${encodeURIComponent(broker.id)}`} className="underline">
        {t("itsClients")}
      </Link>
    </p>
  );
}
