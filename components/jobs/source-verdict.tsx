"use client";

import { useTranslations } from "next-intl";
import { useApplicationWords } from "@/components/applications/application-words";
import { SourceTroubles, TroubleLines } from "@/components/jobs/jobs-verdict";
import { usePackWords } from "@/components/rules/words";
import type { Tone } from "@/components/ui/state-word";
import { useWords } from "@/components/ui/words";
import type { ApplicationView } from "@/lib/views/applications/schema";
import type { SourcePage, TroubleView } from "@/lib/views/jobs/schema";

const INK: Readonly<Record<Tone, string>> = {
  critical: "text-critical",
  warning: "text-warning",
  ...{ ok: "", quiet: "", unknown: "" },
};

/**
 * The state of a source: its trouble and since when, or that Lastbeat reads it.
 * For an application, a warning or critical state that it reports itself comes first.
 */
export function SourceVerdict({ view }: { readonly view: SourcePage }) {
  const t = useTranslations("jobs");
  const { clock, span } = useWords();
  const { source, rows, application } = view;
  const headline = useHeadline()(view);
  const starved = rows.find((row) => row.cause === "starved");
  const isRead = source.state === "ok";
  const read = t("sourceIs", { source: source.source, clock: clock(source.stateSinceMs) });
  return (
    <div className="mb-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6">
        <h1 aria-live="polite" className={`text-20 leading-8 font-semibold break-words ${INK[headline.tone]}`}>
          {headline.text}
        </h1>
        <Since headline={headline} />
      </div>
      {isRead && application !== null ? <Because view={view} application={application} above={headline.text} /> : null}
      {starved?.starvedSeconds ? <p>{t("starved", { span: span(starved.starvedSeconds) })}</p> : null}
      <SourceTroubles source={source} />
      <TroubleLines rows={troubledOf(view)} />
      {isRead && headline.text !== read ? <p className="mt-1 text-13 text-quiet">{read}</p> : null}
    </div>
  );
}

const troubledOf = ({ rows }: SourcePage) => rows.filter((row) => row.troubles.length > 0);

function Since({ headline: { tone, sinceMs } }: { readonly headline: Headline }) {
  const t = useTranslations("verdict");
  const { clock, full } = useWords();
  if (sinceMs === null) return null;
  return (
    <p className={`text-16 ${INK[tone]}`} title={full(sinceMs)}>
      {t("severitySince", { severity: tone, clock: clock(sinceMs) })}
    </p>
  );
}

/**
 * The state of an application, its reason and the next step. The state is omitted if the heading shows it,
 * the next step if the source or its queues have troubles, which show their own remedies.
 */
function Because(props: {
  readonly view: SourcePage;
  readonly application: ApplicationView;
  /** The heading. */
  readonly above: string;
}) {
  const { view, application, above } = props;
  const { text } = useApplicationHeadline()(application);
  const t = useTranslations("rules");
  const packs = usePackWords();
  const { because } = useApplicationWords()(application);
  const rule = ruleOf(application);
  const hasTroubles = view.source.troubles.length + troubledOf(view).length > 0;
  const next = rule === null || hasTroubles ? null : (packs.about(rule)?.next ?? null);
  return (
    <>
      {text === above ? null : <p>{text}</p>}
      {because === null ? null : <p>{because}</p>}
      {next === null ? null : (
        <p className="text-13 text-quiet">
          {t("next")}: {next}
        </p>
      )}
    </>
  );
}

/** The rule that covers the current state of an application; null if there is none. */
function ruleOf(application: ApplicationView): string | null {
  if (application.is === "faststream") {
    if (application.publishFailing !== null) return "application-publish-failing";
    return application.publishing.is === "stalled" ? "subscriber-publish-silent" : null;
  }
  const { is } = application.answer;
  if (is === "slow" || is === "hanging") return "application-redialing";
  return is === "broken" ? "pipeline-broken" : null;
}

interface Headline {
  readonly tone: Tone;
  readonly text: string;
  /** Null if `text` contains the time or there is no trouble. */
  readonly sinceMs: number | null;
}

function useHeadline(): (view: SourcePage) => Headline {
  const jobs = useTranslations("jobs");
  const t = useTranslations("sourcePage");
  const { reasonText, clock } = useWords();
  const ofApplication = useApplicationHeadline();
  return (view) => {
    const { source: of, rows, application } = view;
    const { source } = of;
    const since = clock(of.stateSinceMs);
    if (of.state === "starting") return { tone: "quiet", text: jobs("sourceStarting", { source }), sinceMs: null };
    if (of.state !== "ok") {
      if (application !== null && application.goneSinceMs !== null) {
        const values = { source, clock: clock(application.goneSinceMs), because: reasonText(of.reason) };
        return { tone: "critical", text: t("gone", values), sinceMs: null };
      }
      const text = jobs("sourceBlind", { source, clock: since, because: reasonText(of.reason) });
      return { tone: "critical", text, sinceMs: null };
    }
    const ofApplicationVerdict = application === null ? null : ofApplication(application);
    if (
      ofApplicationVerdict !== null &&
      (ofApplicationVerdict.tone === "critical" || ofApplicationVerdict.tone === "warning")
    )
      return ofApplicationVerdict;
    const troubled = troubledOf(view);
    const worst = worstOf([...of.troubles, ...troubled.flatMap((row) => row.troubles)]);
    if (worst === null) {
      return ofApplicationVerdict ?? { tone: "quiet", text: jobs("sourceIs", { source, clock: since }), sinceMs: null };
    }
    if (troubled.length === 0) return { ...worst, text: t("sourceTroubled", { source }) };
    return { ...worst, text: t("troubled", { source, troubled: troubled.length, n: rows.length }) };
  };
}

/** The highest severity, and the start of the oldest trouble with that severity. */
function worstOf(troubles: readonly TroubleView[]): Pick<Headline, "tone" | "sinceMs"> | null {
  if (troubles.length === 0) return null;
  const critical = troubles.filter(({ severity }) => severity === "critical");
  const [tone, those] = critical.length > 0 ? (["critical", critical] as const) : (["warning", troubles] as const);
  return { tone, sinceMs: Math.min(...those.map((one) => one.sinceMs)) };
}

function useApplicationHeadline(): (application: ApplicationView) => Headline {
  const t = useTranslations("sourcePage");
  const words = useApplicationWords();
  const { clock } = useWords();
  return (application) => {
    const { tone } = words(application);
    const { source } = application;
    if (application.is === "faststream") {
      if (application.publishFailing !== null) {
        const { sinceMs, exception } = application.publishFailing;
        const values = { source, clock: clock(sinceMs), exception: exception ?? "none" };
        return { tone, sinceMs: null, text: t("publishFailing", values) };
      }
      const { is, sinceMs } = application.publishing;
      return { tone, sinceMs: null, text: t(`publishing.${is}`, { source, clock: clock(sinceMs) }) };
    }
    const { is, sinceMs } = application.answer;
    return { tone, sinceMs: null, text: t(`answer.${is}`, { source, clock: clock(sinceMs) }) };
  };
}
