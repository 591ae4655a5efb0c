"use client";

import { useTranslations } from "next-intl";
import { ApplicationClient } from "@/components/applications/application-client";
import { ConfigFindings } from "@/components/applications/config-findings";
import { Fact, Facts } from "@/components/ui/facts";
import { StateWord } from "@/components/ui/state-word";
import { Titled } from "@/components/ui/titled";
import { useWords } from "@/components/ui/words";
import type { ApplicationView } from "@/lib/views/applications/schema";

type FactsProps<Is extends ApplicationView["is"]> = Extract<ApplicationView, { is: Is }>;

/** Metrics that an application reports about itself, and its client on the broker. */
export function ApplicationFacts({ application }: { readonly application: ApplicationView }) {
  const t = useTranslations("applications");
  return (
    <Titled title={t("title")}>
      {application.is === "roadrunner" ? <RoadRunner of={application} /> : <FastStream of={application} />}
    </Titled>
  );
}

function RoadRunner({ of }: { readonly of: FactsProps<"roadrunner"> }) {
  const t = useTranslations("applications");
  const count = useCount();
  const { workers } = of;
  return (
    <>
      <Facts>
        <Fact name={t("took")}>
          {of.answer.durationMs === null ? t("unknown") : t("ms", { ms: Math.round(of.answer.durationMs) })}
        </Fact>
        <Fact name={t("alive")}>{of.alive === null ? t("unknown") : t(of.alive ? "yes" : "no")}</Fact>
        <Fact name={t("workers")}>
          {workers === null
            ? t("unknown")
            : t("workersOf", {
                ready: count(workers.ready),
                working: count(workers.working),
                total: count(workers.total),
              })}
        </Fact>
      </Facts>
      {of.pipelines === null ? (
        <p className="mt-3 text-quiet">{t("pipelinesUnknown")}</p>
      ) : (
        <ul aria-label={t("pipelines")} className="mt-3 flex flex-col">
          {of.pipelines.map((one) => (
            <li key={`${one.client?.broker ?? ""} ${one.pipeline}`} className="border-t border-line py-1.5">
              <p className="flex flex-wrap items-baseline gap-x-3">
                <StateWord tone={one.zombie ? "critical" : one.consuming ? "ok" : "quiet"}>
                  {t(one.zombie ? "zombie" : one.consuming ? "consuming" : "notConsuming")}
                </StateWord>
                <span className="font-semibold break-all">{one.pipeline}</span>
              </p>
              <p className="text-13 break-words text-quiet">
                <QueueNumbers queue={one.queue} of={one} /> · <ApplicationClient client={one.client} />
              </p>
            </li>
          ))}
        </ul>
      )}
      {of.config === null ? null : <ConfigFindings config={of.config} />}
    </>
  );
}

function FastStream({ of }: { readonly of: FactsProps<"faststream"> }) {
  const t = useTranslations("applications");
  const count = useCount();
  return (
    <>
      <Facts>
        <Fact name={t("apps")}>{of.apps.length === 0 ? t("unknown") : of.apps.join(", ")}</Fact>
        <Fact name={t("counted")}>
          {t("countedOf", {
            received: count(of.received),
            processed: count(of.processed),
            inProcess: count(of.inProcess),
            published: count(of.published),
            failed: count(of.failed),
          })}
        </Fact>
        <Fact name={t("client")}>
          <ApplicationClient client={of.client} />
        </Fact>
      </Facts>
      <ul aria-label={t("subscribers")} className="mt-3 flex flex-col">
        {of.subscribers.map((one) => (
          <li key={one.handler} className="border-t border-line py-1.5">
            <p className="font-semibold break-all">{one.handler}</p>
            <p className="text-13 break-words text-quiet">
              {t("subscriberOf", { received: count(one.received), inProcess: count(one.inProcess) })}
              {one.queue === null ? null : (
                <>
                  {" · "}
                  <QueueNumbers queue={one.queue} of={one} />
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}

type Numbers = { readonly consumers: number | null; readonly ready: number | null; readonly unacked: number | null };

function QueueNumbers({ queue, of }: { readonly queue: string; readonly of: Numbers }) {
  const t = useTranslations("applications");
  const count = useCount();
  return t("queueOf", { queue, consumers: count(of.consumers), ready: count(of.ready), unacked: count(of.unacked) });
}

/** Formats a count; a dash if it was not measured. */
function useCount(): (value: number | null) => string {
  const { number } = useWords();
  return (value) => (value === null ? "–" : number(value));
}
