"use client";

import { useTranslations } from "next-intl";
import { useApplicationWords } from "@/components/applications/application-words";
import { SourceTroubles, TroubleLines } from "@/components/jobs/jobs-verdict";
import { WhatToDo } from "@/components/rules/advice";
import type { Tone } from "@/components/ui/state-word";
import { useWords } from "@/components/ui/words";
import type { ApplicationView } from "@/lib/views/applications";
import type { SourcePage } from "@/lib/views/jobs";

const INK: Readonly<Record<Tone, string>> = {
  critical: "text-critical",
  warning: "text-warning",
  ...{ ok: "", quiet: "", unknown: "" },
};

/** How a source stands: what is wrong and since when, else that it is read; an application by what it says of itself. */
export function SourceVerdict({ view }: { readonly view: SourcePage }) {
  const t = useTranslations("jobs");
  const { clock, span } = useWords();
  const { source, rows, application } = view;
  const { tone, text } = useHeadline()(view);
  const starved = rows.find((row) => row.cause === "starved");
  const isRead = source.state === "ok";
  return (
    <div className="mb-4">
      <h1 aria-live="polite" className={`text-20 leading-8 font-semibold break-words ${INK[tone]}`}>
        {text}
      </h1>
      {isRead && application !== null ? <Because application={application} /> : null}
      {starved?.starvedSeconds ? <p>{t("starved", { span: span(starved.starvedSeconds) })}</p> : null}
      <SourceTroubles source={source} />
      <TroubleLines rows={rows.filter((row) => row.troubles.length > 0)} />
      {isRead ? (
        <p className="mt-1 text-13 text-quiet">
          {t("sourceIs", { source: source.source, clock: clock(source.stateSinceMs) })}
        </p>
      ) : null}
    </div>
  );
}

/** Why an application stands as it does, and what to do, where an alert does not say so yet. */
function Because({ application }: { readonly application: ApplicationView }) {
  const { because } = useApplicationWords()(application);
  const rule = ruleOf(application);
  return (
    <>
      {because === null ? null : <p>{because}</p>}
      {rule === null ? null : <WhatToDo rule={rule} />}
    </>
  );
}

/** The rule that speaks of what an application shows, as far as one does. */
function ruleOf(application: ApplicationView): string | null {
  if (application.is === "faststream") {
    return application.publishing.is === "stalled" ? "subscriber-publish-silent" : null;
  }
  const { is } = application.answer;
  if (is === "slow" || is === "hanging") return "application-redialing";
  return is === "broken" ? "pipeline-broken" : null;
}

interface Headline {
  readonly tone: Tone;
  readonly text: string;
}

function useHeadline(): (view: SourcePage) => Headline {
  const jobs = useTranslations("jobs");
  const t = useTranslations("sourcePage");
  const { because, clock } = useWords();
  const ofApplication = useApplicationHeadline();
  return ({ source: of, rows, application }) => {
    const { source } = of;
    const since = clock(of.stateSinceMs);
    if (of.state === "starting") return { tone: "quiet", text: jobs("sourceStarting", { source }) };
    if (of.state !== "ok") {
      return {
        tone: "critical",
        text: jobs("sourceBlind", { source, clock: since, because: because(of.because ?? "") }),
      };
    }
    const said = application === null ? null : ofApplication(application);
    if (said !== null && (said.tone === "critical" || said.tone === "warning")) return said;
    const troubled = rows.filter((row) => row.troubles.length > 0);
    const troubles = [...of.troubles, ...troubled.flatMap((row) => row.troubles)];
    if (troubles.length === 0) return said ?? { tone: "quiet", text: jobs("sourceIs", { source, clock: since }) };
    const tone = troubles.some(({ severity }) => severity === "critical") ? "critical" : "warning";
    if (troubled.length === 0) return { tone, text: t("sourceTroubled", { source }) };
    return { tone, text: t("troubled", { source, troubled: troubled.length, n: rows.length }) };
  };
}

function useApplicationHeadline(): (application: ApplicationView) => Headline {
  const t = useTranslations("sourcePage");
  const words = useApplicationWords();
  const { clock } = useWords();
  return (application) => {
    const { tone } = words(application);
    const { source } = application;
    if (application.is === "faststream") {
      const { is, sinceMs } = application.publishing;
      return { tone, text: t(`publishing.${is}`, { source, clock: clock(sinceMs) }) };
    }
    const { is, sinceMs } = application.answer;
    return { tone, text: t(`answer.${is}`, { source, clock: clock(sinceMs) }) };
  };
}
