"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { AlertList } from "@/components/alerts/alert-list";
import { ClientList } from "@/components/clients/client-list";
import { Case } from "@/components/gallery/case";
import { alert, client, incident, lateClient, lines, lostClient, verdict } from "@/components/gallery/factories";
import { Pages } from "@/components/gallery/pages";
import { CALM, emptyOf, TROUBLED } from "@/components/gallery/specimens";
import { IncidentList } from "@/components/incidents/incident-list";
import { Verdict } from "@/components/overview/verdict";
import { Picture } from "@/components/panels/panel";
import { useNow } from "@/components/ui/now";
import { QueryResult } from "@/components/ui/query-result";
import { verbatim } from "@/lib/base/messages/reason";
import { SECOND } from "@/lib/base/time/duration";
import type { TroubleLine, OverviewVerdict as VerdictData } from "@/lib/views/overview/schema";
import { PANELS, type Panel, type PanelView } from "@/lib/views/panels/schema";
import { REFRESH_MS } from "@/lib/views/refresh";
import { RequestFailed } from "@/lib/views/request";

/** More than three refresh intervals, so that the page must mark the data as stale. */
const OLD_MS = 95 * SECOND;

type Ask = (nowMs: number) => Promise<PanelView>;

/** A query function for each state. The component is the same in all states; only the response differs. */
const STATES = {
  loading: () => () => new Promise<PanelView>(() => {}),
  failed: () => () => Promise.reject(new RequestFailed(503, "Lastbeat is still starting")),
  unreachable: () => () => Promise.reject(new RequestFailed(0, "fetch failed")),
  empty: (panel) => (nowMs) => Promise.resolve(emptyOf(panel, nowMs)),
  calm: (panel) => (nowMs) => Promise.resolve(CALM[panel](nowMs)),
  stale: (panel) => (nowMs) => Promise.resolve({ ...TROUBLED[panel](nowMs - OLD_MS), asOfMs: nowMs - OLD_MS }),
  data: (panel) => (nowMs) => Promise.resolve(TROUBLED[panel](nowMs)),
} as const satisfies Record<string, (panel: Panel) => Ask>;
type State = keyof typeof STATES;
const STATE_NAMES: readonly State[] = ["data", "calm", "empty", "stale", "failed", "unreachable", "loading"];

/** Every panel in every state, from factories. The headings are names from the code and are not translated. */
export function Gallery() {
  const t = useTranslations("app");
  const nowMs = useNow();
  if (nowMs === null) return null;
  return (
    <main className="mx-auto max-w-[1600px] px-4 py-4 sm:px-6">
      <h1 className="mb-4 text-20 font-semibold">
        <Link href="/gallery">{t("gallery")}</Link>
      </h1>
      {PANELS.map((panel) => (
        <Case key={panel} name={panel}>
          <div className="grid gap-8 min-[900px]:grid-cols-2">
            {STATE_NAMES.map((state) => (
              <Specimen key={state} panel={panel} state={state} />
            ))}
          </div>
        </Case>
      ))}
      <Verdicts nowMs={nowMs} />
      <Case name="clients">
        <ClientList clients={[lateClient(nowMs), lostClient(nowMs), client(nowMs)]} total={240} />
      </Case>
      <Case name="alerts">
        <AlertList alerts={alerts(nowMs)} />
      </Case>
      <Case name="incidents">
        <IncidentList incidents={incidents(nowMs)} />
      </Case>
      <Pages nowMs={nowMs} />
    </main>
  );
}

function Specimen({ panel, state }: { readonly panel: Panel; readonly state: State }) {
  const query = useQuery({
    queryKey: ["gallery", panel, state],
    queryFn: () => STATES[state](panel)(Date.now()),
    retry: false,
    refetchInterval: REFRESH_MS,
  });
  const t = useTranslations("panel");
  return (
    <div className="min-w-0" data-specimen={`${panel}.${state}`}>
      <p className="font-mono text-12 text-quiet">{state}</p>
      <h2 className="mb-1 text-14 font-semibold">{t(panel)}</h2>
      <QueryResult query={query} what={t(panel)}>
        {(view) => <Picture view={view} />}
      </QueryResult>
    </div>
  );
}

const BACKLOG: VerdictData["clauses"] = [{ key: "backlogs", n: 1, severity: "warning" }];

function Verdicts({ nowMs }: { readonly nowMs: number }) {
  const sinceMs = nowMs - 32 * 60 * SECOND;
  const verdicts: Readonly<Record<string, VerdictData>> = {
    calm: verdict(nowMs),
    starting: verdict(nowMs, { state: "starting", severity: "unknown", provenMs: null }),
    unconfigured: verdict(nowMs, { state: "starting", severity: "unknown", provenMs: null, configured: false }),
    trouble: verdict(nowMs, {
      state: "trouble",
      severity: "critical",
      sinceMs,
      late: 2,
      lost: 1,
      clauses: [
        { key: "late", n: 2, severity: "critical" },
        { key: "lost", n: 1, severity: "critical" },
        { key: "flapping", n: 1, severity: "critical" },
      ],
      lines: lines(nowMs),
      moreLines: 3,
    }),
    known: verdict(nowMs, {
      ...{ state: "trouble", severity: "warning", sinceMs, backlogsGrowing: 1, clauses: BACKLOG },
      ...{ taken: { acknowledged: 2, muted: 1 }, lines: known(nowMs), moreLines: 0 },
    }),
    taken: verdict(nowMs, {
      ...{ state: "taken", severity: "taken", sinceMs },
      ...{ taken: { acknowledged: 2, muted: 1 }, lines: known(nowMs).slice(1), moreLines: 0 },
    }),
    warning: verdict(nowMs, {
      ...{ state: "trouble", severity: "warning", sinceMs, backlogsGrowing: 1, clauses: BACKLOG },
    }),
    blind: verdict(nowMs, {
      state: "blind",
      severity: "critical",
      sinceMs,
      blindBrokers: ["main"],
      lines: [
        {
          kind: "broker-blind",
          severity: "critical",
          subject: "main",
          sinceMs,
          taken: null,
          because: "401 from the management API",
          reason: verbatim("401 from the management API"),
        },
      ],
    }),
  };
  return Object.entries(verdicts).map(([name, one]) => (
    <Case key={name} name={`verdict.${name}`}>
      <Verdict verdict={one} />
    </Case>
  ));
}

/** One open line above three lines that are acknowledged or muted. */
const known = (nowMs: number): TroubleLine[] =>
  lines(nowMs)
    .filter(({ kind }) => KNOWN.includes(kind))
    .toSorted((a, b) => KNOWN.indexOf(a.kind) - KNOWN.indexOf(b.kind))
    .map((line, at) => ({ ...line, taken: HANDLED[at] ?? null }));

const KNOWN: readonly TroubleLine["kind"][] = ["retry-backlog", "client-lost", "runner-silent", "client-flapping"];
const HANDLED: readonly TroubleLine["taken"][] = [
  null,
  { how: "acknowledged", by: "ann (admin)" },
  { how: "acknowledged", by: "ben" },
  { how: "muted", by: "deployment" },
];

const acknowledged = (nowMs: number) => ({
  acknowledgedBy: "ann (admin)",
  acknowledgedUntilMs: nowMs + 60 * 60 * SECOND,
  acknowledgedComment: "on it",
});

const incidents = (nowMs: number) => [
  incident(nowMs),
  incident(nowMs, {
    ...{ id: "i3", severity: "warning" as const, alertsTotal: 1, alertsFiring: 1, ...acknowledged(nowMs) },
    alerts: [alert(nowMs, acknowledged(nowMs))],
    ...{ summary: "scanner@media silent 41 s of 60 s (inferred)", nextStep: null },
  }),
];

const alerts = (nowMs: number) => [
  alert(nowMs),
  alert(nowMs, { id: "a2", state: "pending", severity: "warning", firedMs: null }),
  alert(nowMs, {
    id: "a3",
    state: "resolved",
    resolvedMs: nowMs - 60 * SECOND,
    inferred: false,
    summary: "scanner@media is beating again, after 3 min",
  }),
  alert(nowMs, { id: "a4", noData: true, value: null }),
  alert(nowMs, {
    ...{ id: "a5", acknowledgedBy: "ann (admin)", acknowledgedComment: "replacing the node" },
    acknowledgedUntilMs: nowMs + 60 * 60 * SECOND,
  }),
  alert(nowMs, {
    id: "a6",
    mutedBy: { by: "silence-window", id: "w1", text: "deployment", untilMs: nowMs + 60 * 60 * SECOND },
  }),
  alert(nowMs, { id: "a7", mutedBy: { by: "alert", id: "a1", text: "Lastbeat cannot see broker main" } }),
  alert(nowMs, { id: "a8", flapping: true }),
];
