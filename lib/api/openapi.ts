import { z } from "zod";
import {
  ClientsParams,
  EmbedParams,
  HistoryParams,
  IdParams,
  LintParams,
  Page,
  PanelParams,
  QueueParams,
  ReplayParams,
  SeriesParams,
  SourceParams,
} from "@/lib/api/params";
import { AlertsView, RulesView } from "@/lib/views/alerts";
import { ApplicationsView } from "@/lib/views/applications";
import { BrokerHistory, BrokersView } from "@/lib/views/brokers";
import { ClientHistory } from "@/lib/views/client-history";
import { ClientRowsView, ClientsView, SessionsView } from "@/lib/views/clients";
import { DeliveriesView, DeliveryView } from "@/lib/views/deliveries";
import { HeartbeatsView } from "@/lib/views/heartbeats";
import { JobsView, SourcePage } from "@/lib/views/jobs";
import { LintView } from "@/lib/views/lint";
import { OverviewView } from "@/lib/views/overview";
import { PanelView } from "@/lib/views/panels";
import { QueuesView } from "@/lib/views/queues";
import { RunnersView } from "@/lib/views/runners";
import { SeriesView, SignalsView } from "@/lib/views/series";
import { Replayed, WebhookPreview, WebhooksView } from "@/lib/views/webhooks";

const Problem = z.object({ type: z.string(), title: z.string(), status: z.number(), detail: z.string() });

/** Path, what it takes and what it answers: the schemas that the routes and the pages parse with. */
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
  ["/api/v1/alerts", Page, AlertsView],
  ["/api/v1/rules", Page, RulesView],
  ["/api/v1/deliveries", Page, DeliveriesView],
  ["/api/v1/webhooks", Page, WebhooksView],
  ["/api/v1/webhooks/{id}/preview", IdParams, WebhookPreview],
  ["/api/v1/heartbeats", Page, HeartbeatsView],
  ["/api/v1/panels/{panel}", PanelParams, PanelView],
];

/** What changes something: path, what stands in the path or the body, and what it answers; null is 204. */
const WRITES: readonly (readonly [path: string, params: z.ZodObject, view: z.ZodType | null])[] = [
  ["/api/v1/webhooks/{id}/test", IdParams, DeliveryView],
  ["/api/v1/webhooks/{id}/enable", IdParams, null],
  ["/api/v1/webhooks/{id}/replay", IdParams, Replayed],
  ["/api/v1/deliveries/{id}/replay", IdParams, null],
  ["/api/v1/deliveries/replay", ReplayParams, Replayed],
  ["/api/v1/lint/roadrunner", LintParams, LintView],
  ["/api/v1/embeds/token", EmbedParams, z.object({ token: z.string(), url: z.string(), expiresMs: z.number() })],
];

/** The API as OpenAPI 3.1, made of the very schemas that check it. */
export function openApi(): object {
  const paths = Object.fromEntries(
    READS.map(([path, params, view]) => [
      path,
      { get: { parameters: parametersOf(path, params), responses: answers(view) } },
    ]),
  );
  const writes = Object.fromEntries(
    WRITES.map(([path, params, view]) => [path, { post: operation(path, params, view) }]),
  );
  return {
    openapi: "3.1.0",
    info: { title: "Lastbeat", version: "1" },
    components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
    security: [{ bearer: [] }],
    paths: { ...paths, ...writes },
  };
}

const operation = (path: string, params: z.ZodObject, view: z.ZodType | null) =>
  path.includes("{")
    ? { parameters: parametersOf(path, params), responses: answers(view) }
    : { requestBody: { content: { "application/json": { schema: schemaOf(params) } } }, responses: answers(view) };

const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });

const parametersOf = (path: string, params: z.ZodObject) =>
  Object.entries(params.shape).map(([name, schema]) => {
    const inPath = path.includes(`{${name}}`);
    return {
      name,
      in: inPath ? "path" : "query",
      required: inPath,
      schema: schemaOf(z.object({ [name]: schema })).properties?.[name],
    };
  });

const answers = (view: z.ZodType | null) => ({
  ...(view === null
    ? { 204: { description: "Done" } }
    : { 200: { description: "The view", content: { "application/json": { schema: schemaOf(view) } } } }),
  default: { description: "A refusal", content: { "application/problem+json": { schema: schemaOf(Problem) } } },
});
