"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useClientName } from "@/components/clients/client-name";
import { useReason } from "@/components/clients/reason";
import { useTroubleWords } from "@/components/clients/trouble-words";
import { useRemedy } from "@/components/jobs/trouble-words";
import { useNow } from "@/components/ui/now";
import type { Tone } from "@/components/ui/state-word";
import { clientTone } from "@/components/ui/tones";
import { useWords } from "@/components/ui/words";
import { remedyForLate } from "@/lib/alerts/catalogue/remedy";
import type { ClientHistory } from "@/lib/views/clients/history-schema";
import type { ClientTrouble } from "@/lib/views/clients/schema";

const INK = { critical: "text-critical", warning: "text-warning", ok: "", quiet: "", unknown: "text-quiet" } as const;

/** A client's current state, since when, and what is expected next, in two sentences. */
export function ClientVerdict({ view }: { readonly view: ClientHistory }) {
  const t = useTranslations("client");
  const nowMs = useNow() ?? view.toMs;
  const { title, detail } = useClientName()(view.client);
  const state = useStateWords(view, nowMs);
  const trouble = useTroubleVerdict(view, nowMs, state);
  const shown = trouble ?? state;
  const advice = useRemedy()(isHeldUp(view.client) ? remedyForLate(view.client.product) : null);
  const { full, moment } = useWords();
  return (
    <header className="mb-4">
      <p className="mb-1 text-13 text-quiet">
        <Link href="/clients" className="underline">
          {t("all")}
        </Link>
        {detail === null ? "" : ` · ${detail}`}
      </p>
      <h1 aria-live="polite" className={`text-20 leading-8 font-semibold sm:text-28 sm:leading-10 ${INK[shown.tone]}`}>
        <span className="break-words text-ink">{title}</span> <span title={full(shown.sinceMs)}>{shown.now}</span>
      </h1>
      <p className="text-16">{shown.expected}</p>
      {advice === null ? null : <p className="text-13 text-quiet">{advice}</p>}
      {view.blindSinceMs === null ? null : (
        <p className="hatch border border-line px-2 py-1 text-warning">
          <span className="bg-ground px-1">
            {t("blind", { broker: view.client.broker, clock: moment(view.blindSinceMs) })}
          </span>
        </p>
      )}
    </header>
  );
}

/** The client is late now, or its last session ended on a heartbeat timeout. */
const isHeldUp = ({ state, lastEnd }: ClientHistory["client"]): boolean =>
  state === "late" || lastEnd?.reason === "heartbeat";

interface VerdictText {
  readonly now: string;
  readonly sinceMs: number;
  readonly expected: string;
  readonly tone: Tone;
}

/** Headline for a connected client with troubles: the worst trouble first, the state after it. Otherwise null. */
function useTroubleVerdict(view: ClientHistory, nowMs: number, state: VerdictText): VerdictText | null {
  const t = useTranslations("client");
  const words = useTroubleWords();
  const { title } = useClientName()(view.client);
  const [worst, ...others] = view.troubles;
  if (worst === undefined || view.client.state !== "connected") return null;
  const sentence = (trouble: ClientTrouble) => t("troubled", { trouble: words(trouble, view.client, nowMs) });
  return {
    now: sentence(worst),
    sinceMs: worst.sinceMs,
    expected: [...others.map((one) => `${title} ${sentence(one)}`), `${title} ${state.now}`, state.expected].join(" "),
    tone: worst.severity,
  };
}

function useStateWords(view: ClientHistory, nowMs: number): VerdictText {
  const t = useTranslations("client");
  const reason = useReason();
  const { moment, span } = useWords();
  const { state, stateSinceMs, lastEnd } = view.client;
  const since = moment(stateSinceMs);
  const at = { sinceMs: stateSinceMs, tone: clientTone(state, view.client.heartbeat.missed) };
  const connectedMs = openedMs(view);
  const why = reason(lastEnd?.reason ?? null, lastEnd?.inferred ?? false);
  const leftSeconds = view.lostFromMs === null ? 0 : (view.lostFromMs - nowMs) / 1_000;
  const expectation = useHeartbeatExpectation(view, nowMs);
  switch (state) {
    case "connected":
      return {
        ...at,
        sinceMs: connectedMs,
        now: t("isConnected", { clock: moment(connectedMs) }),
        expected: expectation,
      };
    case "late":
      return { ...at, now: t("isLate", { clock: since }), expected: expectation };
    case "blocked":
      return { ...at, now: t("isBlocked", { clock: since }), expected: t("expectUnblocked") };
    case "absent":
      return {
        ...at,
        now: t("isAbsent", { clock: since, reason: why }),
        expected: t("expectBack", { span: span(Math.max(0, leftSeconds)) }),
      };
    case "lost":
      return { ...at, now: t("isLost", { clock: since, reason: why }), expected: t("expectNothing") };
    case "departed":
      return { ...at, now: t("isDeparted", { clock: since, reason: why }), expected: t("expectNobody") };
    default:
      return state satisfies never;
  }
}

/** Opening time of the oldest open session: the newest connection of a pool does not show how long it has run. */
const openedMs = ({ sessions, client }: ClientHistory): number =>
  Math.min(...sessions.filter((one) => one.closedMs === null).map((one) => one.openedMs), client.lastSeenMs);

/** Silence compared with the heartbeat timeout, and when the broker will close the connection. */
function useHeartbeatExpectation(view: ClientHistory, nowMs: number): string {
  const t = useTranslations("client");
  const { span } = useWords();
  const { silenceSeconds, timeoutSeconds, closeExpectedMs } = view.client.heartbeat;
  if (silenceSeconds === null || timeoutSeconds === null) return t("heartbeatUnknown");
  if (timeoutSeconds === 0) return t("heartbeatOff", { silence: span(silenceSeconds) });
  const values = { silence: span(silenceSeconds), timeout: span(timeoutSeconds) };
  if (closeExpectedMs === null)
    return t("heartbeat", { ...values, from: span(2 * timeoutSeconds), to: span(3 * timeoutSeconds) });
  const left = (closeExpectedMs.to - nowMs) / 1_000;
  return left > 0 ? t("heartbeatLate", { ...values, close: span(left) }) : t("heartbeatOverdue", values);
}
