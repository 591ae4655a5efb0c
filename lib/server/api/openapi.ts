import { z } from "zod";
import { COOKIE_PATH } from "@/lib/base/http/base-path";
import { type Operation, operationWriter } from "@/lib/server/api/openapi-operation";
import {
  AcknowledgeParams,
  AlertsParams,
  AliasParams,
  BacktestParams,
  ClientsParams,
  EditWindowParams,
  EmbedParams,
  HistoryParams,
  IdParams,
  IncidentsParams,
  LintParams,
  Page,
  PanelParams,
  PreviewParams,
  QueueParams,
  ReplayParams,
  RuleBacktestParams,
  SeriesParams,
  SilenceIncidentParams,
  SourceParams,
  WindowParams,
} from "@/lib/server/api/params";
import { AlertsView, AlertView } from "@/lib/views/alerts/schema";
import { ApplicationsView } from "@/lib/views/applications/schema";
import { BrokerHistory, BrokersView } from "@/lib/views/brokers/schema";
import { ClientHistory } from "@/lib/views/clients/history-schema";
import { ClientRowsView, ClientsView, SessionsView } from "@/lib/views/clients/schema";
import { DeliveriesView, DeliveryView, ReplayResult } from "@/lib/views/deliveries/schema";
import { HeartbeatsView } from "@/lib/views/heartbeats/schema";
import { IncidentsView, IncidentView } from "@/lib/views/incidents/schema";
import { JobsView, SourcePage } from "@/lib/views/jobs/schema";
import { LintView } from "@/lib/views/lint/schema";
import { OverviewView } from "@/lib/views/overview/schema";
import { PanelView } from "@/lib/views/panels/schema";
import { QueuesView } from "@/lib/views/queues/schema";
import { BacktestView, RuleForm, RulePage, RulesView } from "@/lib/views/rules/schema";
import { RunnersView } from "@/lib/views/runners/schema";
import { SeriesView, SignalsView } from "@/lib/views/series/schema";
import { SilenceWindowsView, SilenceWindowView, WindowPreview } from "@/lib/views/silence-windows/schema";
import { WebhookPreview, WebhooksView } from "@/lib/views/webhooks/schema";

const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

/** The path, parameters and response of each GET: the same schemas that the routes and the pages parse with. */
const READS: readonly (readonly [path: string, params: z.ZodObject, view: z.ZodType])[] = [
  ["/api/v1/overview", z.object({}), OverviewView],
  ["/api/v1/brokers", Page, BrokersView],
  ["/api/v1/brokers/{id}", HistoryParams, BrokerHistory],
  ["/api/v1/clients", ClientsParams, z.union([ClientsView, ClientRowsView])],
  ["/api/v1/clients/{id}", HistoryParams, ClientHistory],
  ["/api/v1/clients/{id}/sessions", Page.extend({ id: z.string() }), SessionsView],
  ["/api/v1/queues", QueueParams, QueuesView],
  ["/api/v1/jobs", Page, JobsView],
  ["/api/v1/applications", Page, ApplicationsView],
  ["/api/v1/jobs/{source}", SourceParams, SourcePage],
  ["/api/v1/runners", Page, RunnersView],
  ["/api/v1/series", SeriesParams, SeriesView],
  ["/api/v1/signals", Page, SignalsView],
  ["/api/v1/alerts", AlertsParams, AlertsView],
  ["/api/v1/incidents", IncidentsParams, IncidentsView],
  ["/api/v1/incidents/{id}", IdParams, IncidentView],
  ["/api/v1/silence-windows", Page, SilenceWindowsView],
  ["/api/v1/rules", Page, RulesView],
  ["/api/v1/rules/{id}", IdParams, RulePage],
  ["/api/v1/rules/{id}/backtest", RuleBacktestParams, BacktestView],
  ["/api/v1/deliveries", Page, DeliveriesView],
  ["/api/v1/webhooks", Page, WebhooksView],
  ["/api/v1/webhooks/{id}/preview", IdParams, WebhookPreview],
  ["/api/v1/heartbeats", Page, HeartbeatsView],
  ["/api/v1/panels/{panel}", PanelParams, PanelView],
];

/** Responses with sentences, which are in the language of `Accept-Language`. */
const TRANSLATED: ReadonlySet<z.ZodType | null> = new Set<z.ZodType | null>([
  AlertsView,
  AlertView,
  IncidentsView,
  IncidentView,
  OverviewView,
  ClientHistory,
  PanelView,
  WindowPreview,
]);

type Method = "post" | "put" | "delete";

/** The path, parameters and response (null: 204) of each write, and its method. */
const WRITES: readonly (readonly [path: string, params: z.ZodObject, view: z.ZodType | null, method?: Method])[] = [
  ["/api/v1/webhooks/{id}/test", IdParams, DeliveryView],
  ["/api/v1/webhooks/{id}/enable", IdParams, null],
  ["/api/v1/webhooks/{id}/replay", IdParams, ReplayResult],
  ["/api/v1/deliveries/{id}/replay", IdParams, null],
  ["/api/v1/deliveries/replay", ReplayParams, ReplayResult],
  ["/api/v1/lint/roadrunner", LintParams, LintView],
  ["/api/v1/alerts/{id}/acknowledge", AcknowledgeParams, AlertView],
  ["/api/v1/alerts/{id}/unacknowledge", IdParams, AlertView],
  ["/api/v1/incidents/{id}/acknowledge", AcknowledgeParams, IncidentView],
  ["/api/v1/incidents/{id}/unacknowledge", IdParams, IncidentView],
  ["/api/v1/incidents/{id}/silence", SilenceIncidentParams, SilenceWindowView],
  ["/api/v1/clients/{id}/alias", AliasParams, null, "put"],
  ["/api/v1/clients/{id}/alias", IdParams, null, "delete"],
  ["/api/v1/silence-windows", WindowParams, SilenceWindowView],
  ["/api/v1/silence-windows/preview", PreviewParams, WindowPreview],
  ["/api/v1/silence-windows/{id}", EditWindowParams, SilenceWindowView, "put"],
  ["/api/v1/silence-windows/{id}/expire", IdParams, SilenceWindowView],
  ["/api/v1/rules", RuleForm, RulePage],
  ["/api/v1/rules/backtest", BacktestParams, BacktestView],
  ["/api/v1/rules/{id}", RuleForm, RulePage, "put"],
  ["/api/v1/rules/{id}", IdParams, null, "delete"],
  ["/api/v1/embeds/token", EmbedParams, z.object({ token: z.string(), url: z.string(), expiresMs: z.number() })],
];

/** What answers with another status than 200. */
const CREATED: readonly (readonly [path: string, method: string])[] = [
  ["/api/v1/silence-windows", "post"],
  ["/api/v1/incidents/{id}/silence", "post"],
];

const NOTHING = z.object({});
const Live = z.object({ status: z.literal("ok") });
const Ready = z.object({
  status: z.enum(["ready", "not-ready"]),
  because: z.string().nullable(),
  database: z.enum(["embedded", "postgres"]),
  lastKeptMs: z.number().nullable(),
});
/** Sign-in and its end, the stream of changes, and what is outside /api/v1. */
const OTHERS: readonly Operation[] = [
  { ...read("/api/health/live", NOTHING, Live), isOpen: true },
  { ...read("/api/health/ready", NOTHING, Ready), isOpen: true },
  { ...read("/api/openapi.json", NOTHING, z.record(z.string(), z.unknown())), isOpen: true },
  { ...read("/metrics", NOTHING, z.string()), contentType: "application/openmetrics-text" },
  { ...read("/api/v1/stream", NOTHING, z.string()), contentType: "text/event-stream" },
  { ...written("/api/v1/session", z.object({ password: z.string() }), null, "post"), isOpen: true },
  written("/api/v1/session", NOTHING, null, "delete"),
];

let document: object | null = null;

/** The API as OpenAPI 3.1, generated from the schemas that validate it; once, since anyone may ask for it. */
export function openApi(): object {
  document ??= makeDocument();
  return document;
}

function makeDocument(): object {
  const writer = operationWriter();
  const paths: Record<string, Record<string, object>> = {};
  const operations = [
    ...READS.map(([path, params, view]) => read(path, params, view)),
    ...WRITES.map(([path, params, view, method = "post"]) => written(path, params, view, method)),
    ...OTHERS,
  ];
  for (const operation of operations) {
    const { path, method } = operation;
    paths[path] = { ...paths[path], [method]: writer.write(operation) };
  }
  const problem = { "application/problem+json": { schema: writer.schemaOf(Problem) } };
  return {
    openapi: "3.1.0",
    info: { title: "Lastbeat", version: "1" },
    servers: [{ url: COOKIE_PATH }],
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      responses: { Problem: { description: "A refusal, as RFC 9457 describes it", content: problem } },
      schemas: writer.shared,
    },
    security: [{ bearer: [] }],
    paths,
  };
}

function read(path: string, params: z.ZodObject, view: z.ZodType): Operation {
  return { path, method: "get", params, view, status: 200, isTranslated: TRANSLATED.has(view) };
}

function written(path: string, params: z.ZodObject, view: z.ZodType | null, method: Method): Operation {
  const isCreated = CREATED.some(([created, by]) => created === path && by === method);
  return { path, method, params, view, status: isCreated ? 201 : 200, isTranslated: TRANSLATED.has(view) };
}
