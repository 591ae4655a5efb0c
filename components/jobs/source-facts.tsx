"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { Fact, Facts } from "@/components/ui/facts";
import { TimeAgo } from "@/components/ui/time-ago";
import { Titled } from "@/components/ui/titled";
import { useWords } from "@/components/ui/words";
import type { SourceView } from "@/lib/views/jobs/schema";

/** The kind of a source, the accuracy of its numbers, and the cost of a poll for its database. */
export function SourceFacts({ source }: { readonly source: SourceView }) {
  const t = useTranslations("jobs");
  const { span, reasonText } = useWords();
  const every = span(source.pollIntervalMs / 1_000);
  return (
    <Titled title={t("facts")}>
      <Facts>
        <Fact name={t("kind")}>{source.kind}</Fact>
        <Fact name={t("generation")}>{source.generation ?? t("notMeasured")}</Fact>
        {source.versions === null ? null : <Fact name={t("versions")}>{source.versions}</Fact>}
        {source.lacks.length === 0 ? null : (
          <Fact name={t("lacks")}>
            {source.lacks.map(({ because, reason }) => (
              <p key={because}>{reasonText(reason)}</p>
            ))}
          </Fact>
        )}
        {source.omits === null ? null : <Fact name={t("omits")}>{reasonText(source.omits.reason)}</Fact>}
        <Fact name={t("cost")}>
          {source.pollDurationMs === null || source.lastPollMs === null
            ? t("notMeasured")
            : t("costOf", { ms: Math.round(source.pollDurationMs), span: every })}
        </Fact>
        <Fact name={t("counts")}>
          <Counts source={source} />
          {source.cut ? ` · ${t("cut", { n: source.queues })}` : null}
        </Fact>
        <Fact name={t("clock")}>
          <Clock aheadMs={source.clockAheadMs} />
        </Fact>
        {source.standby === null ? null : (
          <Fact name={t("standby")}>
            <Behind seconds={source.standby.behindSeconds} />
          </Fact>
        )}
        <Fact name={t("lastPoll")}>{source.lastPollMs === null ? t("never") : <TimeAgo ms={source.lastPollMs} />}</Fact>
        <Fact name={t("runners")}>
          <Runners source={source} />
        </Fact>
      </Facts>
    </Titled>
  );
}

function Counts({ source }: { readonly source: SourceView }) {
  const t = useTranslations("jobs");
  const { clock } = useWords();
  if (source.countsAre === null) return t("notMeasured");
  if (source.exactAgainMs !== null) return t("estimatedUntil", { clock: clock(source.exactAgainMs) });
  return t(source.countsAre === "exact" ? "exact" : "estimatedOnly");
}

function Clock({ aheadMs }: { readonly aheadMs: number | null }) {
  const t = useTranslations("jobs");
  const { span } = useWords();
  if (aheadMs === null) return t("notMeasured");
  if (aheadMs === 0) return t("clockRight");
  return t(aheadMs > 0 ? "clockAhead" : "clockBehind", { span: span(Math.abs(aheadMs) / 1_000) });
}

function Behind({ seconds }: { readonly seconds: number | null }) {
  const t = useTranslations("jobs");
  const { span } = useWords();
  if (seconds === null) return t("standbyUnknown");
  return seconds < 1 ? t("standbyUpToDate") : t("standbyBehind", { span: span(seconds) });
}

function Runners({ source: { runners, lastPollMs } }: { readonly source: SourceView }) {
  const t = useTranslations("jobs");
  if (lastPollMs === null) return t("notMeasured");
  if (runners === null) return t("runnersNone");
  const { present, missing, expected } = runners;
  return (
    <Link href="/runners" className="hover:underline">
      {expected === null ? t("runnersOf", { present, missing }) : t("runnersExpected", { present, missing, expected })}
    </Link>
  );
}
