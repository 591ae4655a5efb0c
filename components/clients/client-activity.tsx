"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Bar } from "@/components/ui/bar";
import { StateWord, type Tone } from "@/components/ui/state-word";
import { TimeAgo } from "@/components/ui/time-ago";
import { Titled } from "@/components/ui/titled";
import { useWords } from "@/components/ui/words";
import type { ClientHistory } from "@/lib/views/clients/history-schema";
import type { ClientTrouble, ClientView } from "@/lib/views/clients/schema";

type Activity = NonNullable<ClientView["activity"]>;

/** A client's consumers, unacked messages, publishing and connections, each with its limit; only measured values. */
export function ClientActivity({ view }: { readonly view: ClientHistory }) {
  const t = useTranslations("activity");
  const { activity, replicas, sessionsOpen } = view.client;
  if (activity === null) return null;
  const opened = (activity.openedPerMinute ?? 0) >= OPENED_MIN ? activity.openedPerMinute : null;
  // Nothing is measured of a client that is away, but that it comes and goes.
  if (sessionsOpen === 0 && opened === null) return null;
  const consumes = activity.consumers !== null && (activity.consumers > 0 || activity.consumersExpected !== null);
  const holds = activity.unacked !== null && (activity.unacked > 0 || activity.unackedMax !== 0);
  const toneOf = (kind: ClientTrouble["kind"]): Tone =>
    view.troubles.find((one) => one.kind === kind)?.severity ?? "quiet";
  const parts = [
    ...(consumes ? [<Consumers key="consumers" {...{ activity, replicas }} tone={toneOf("not-consuming")} />] : []),
    ...(holds ? [<Unacked key="unacked" activity={activity} tone={toneOf("pinned")} />] : []),
    ...(activity.lastPublishedMs === null
      ? []
      : [
          <Published
            key="published"
            activity={activity}
            ms={activity.lastPublishedMs}
            tone={toneOf("publish-silent")}
          />,
        ]),
    ...(activity.usualSessions === null && opened === null && replicas.phase === null
      ? []
      : [
          <Connections
            key="connections"
            {...{ activity, open: sessionsOpen, usual: activity.usualSessions, opened, replicas }}
            tone={toneOf("leaking")}
          />,
        ]),
  ];
  if (parts.length === 0) return null;
  return (
    <div className="mb-8">
      <Titled title={t("title")}>
        <dl className="grid gap-x-8 gap-y-4 sm:grid-cols-2 xl:grid-cols-4">{parts}</dl>
      </Titled>
    </div>
  );
}

/** Fewer connections in a minute are nothing to mention. */
const OPENED_MIN = 6;

/** One measurement: name, value, limit, trouble and explanation. */
function Part(props: {
  readonly name: string;
  readonly value: ReactNode;
  readonly wrong: { readonly tone: Tone; readonly words: string } | null;
  readonly limit: string | null;
  readonly means: string;
  readonly children?: ReactNode;
}) {
  const { wrong } = props;
  return (
    <div className="min-w-0 border-t border-line pt-1">
      <dt className="text-12 text-quiet">{props.name}</dt>
      <dd>
        <span className="text-20 leading-8">{props.value}</span>
        {props.children}
        {wrong === null ? null : (
          <span className="block">
            <StateWord tone={wrong.tone}>{wrong.words}</StateWord>
          </span>
        )}
        {props.limit === null ? null : <span className="block text-13">{props.limit}</span>}
        <span className="block text-12 text-quiet">{props.means}</span>
      </dd>
    </div>
  );
}

interface Measured {
  readonly activity: Activity;
  readonly tone: Tone;
}

function Consumers({ activity, replicas, tone }: Measured & Pick<ClientView, "replicas">) {
  const t = useTranslations("activity");
  const { span, number } = useWords();
  const { consumers, consumersExpected: expected, withoutConsumersSeconds: without } = activity;
  if (consumers === null) return null;
  const usual = replicas.phase === null ? 0 : (replicas.usualConsumers ?? 0);
  const fewer = consumers < usual ? t("replicasMissing", { n: consumers, usual }) : null;
  const words = without === null || without === 0 ? fewer : t("withoutConsumers", { span: span(without) });
  return (
    <Part
      name={t("consumers")}
      value={expected === null ? number(consumers) : t("of", { now: number(consumers), most: number(expected) })}
      wrong={words === null ? null : { tone, words }}
      limit={expected === null ? t("consumersLearning") : t("consumersLimit", { n: expected })}
      means={t("consumersMean")}
    />
  );
}

function Unacked({ activity, tone }: Measured) {
  const t = useTranslations("activity");
  const { span, number } = useWords();
  const { unacked, unackedMax: max, pinnedSeconds: pinned } = activity;
  if (unacked === null) return null;
  const full = max !== null && max > 0 && unacked >= max;
  const words = pinned === null ? t("full") : pinned > 0 ? t("pinned", { span: span(pinned) }) : null;
  return (
    <Part
      name={t("unacked")}
      value={max === null ? number(unacked) : t("of", { now: number(unacked), most: number(max) })}
      wrong={full && words !== null ? { tone, words } : null}
      limit={max === null ? t("unackedNoLimit") : t("unackedLimit", { n: max })}
      means={t("unackedMean")}
    >
      {max === null || max === 0 ? null : <Bar share={unacked / max} critical={tone === "critical"} />}
    </Part>
  );
}

function Published({ activity, ms, tone }: Measured & { readonly ms: number }) {
  const t = useTranslations("activity");
  const { span } = useWords();
  const { publishGapSeconds: gap, publishLimitSeconds: limit, publishSilentSeconds: silent } = activity;
  return (
    <Part
      name={t("published")}
      value={<TimeAgo ms={ms} />}
      wrong={silent === null || silent === 0 ? null : { tone, words: t("publishSilent", { span: span(silent) }) }}
      limit={
        gap === null || limit === null
          ? t("publishLearning")
          : t("publishLimit", { gap: span(gap), limit: span(limit) })
      }
      means={t("publishMean")}
    />
  );
}

interface ConnectionCounts {
  readonly open: number;
  /** null: not learned yet. */
  readonly usual: number | null;
  /** Opened in a minute; null: few. */
  readonly opened: number | null;
  readonly replicas: ClientView["replicas"];
}

function Connections(props: Measured & ConnectionCounts) {
  const t = useTranslations("activity");
  const { number } = useWords();
  const { activity, tone, open, usual, opened, replicas } = props;
  const { sessionsLeaked: leaked, channels } = activity;
  const opens = opened === null ? null : t("opened", { n: Math.round(opened) });
  const replicasUsual = replicas.phase === null ? 0 : (replicas.usualSessions ?? 0);
  const fewer = open < replicasUsual ? t("replicasMissing", { n: open, usual: replicasUsual }) : null;
  const words = leaked === null || leaked === 0 ? (fewer ?? opens) : t("leaked", { n: leaked });
  return (
    <Part
      name={t("connections")}
      value={
        <>
          {number(open)}
          {channels === null ? null : <span className="text-13 text-quiet"> {t("channels", { n: channels })}</span>}
        </>
      }
      wrong={words === null ? null : { tone, words }}
      limit={usual === null ? null : t("connectionsLimit", { usual, limit: 2 * usual })}
      means={t("connectionsMean")}
    />
  );
}
