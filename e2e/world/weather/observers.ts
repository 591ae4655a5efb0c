import { z } from "zod";
import { type Lastbeat, startLastbeat } from "../lastbeat.ts";
import { type Receiver, startReceiver } from "../receiver.ts";
import type { WeatherEnvironment } from "./environment.ts";
import { type Page, pageOf } from "./pages.ts";

const POLL_SECONDS = 5;
const ASK_WITHIN_MS = 20_000;

const Alerts = z.object({
  items: z.array(
    z.object({ rule: z.string(), state: z.string(), firedMs: z.number().nullable(), summary: z.string() }),
  ),
});
const Queues = z.object({
  findings: z.array(z.object({ kind: z.string(), queues: z.array(z.string()), severity: z.string() })),
});
const Overview = z.object({
  verdict: z.object({ state: z.string(), lines: z.array(z.object({ kind: z.string(), subject: z.string() })) }),
});

/** One Lastbeat that watches the crowd, and the receiver of its pages. */
export interface Observer {
  /** `events`: with `amqpUrl`. `polled`: without. */
  readonly id: string;
  readonly pages: readonly Page[];
  /** What its pages show beside alerts that were sent: alerts that fire muted, lines of the verdict, findings of queues. */
  findings(): Promise<readonly string[]>;
  /** SIGKILL, and a start with the same data. */
  killAndRestart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startObserver(
  id: string,
  { broker, databaseUrl }: WeatherEnvironment,
  options: { readonly clients: object; readonly report: (page: Page) => void; readonly log: (line: string) => void },
): Promise<Observer> {
  const pages: Page[] = [];
  const receiver: Receiver = await startReceiver({
    onRequest: (request) => {
      const page = pageOf(id, request);
      if (page === null) return;
      pages.push(page);
      options.report(page);
    },
  });
  const { managementUrl, amqpUrl } = broker;
  let app: Lastbeat = await startLastbeat({
    config: {
      brokers: [
        {
          id: "main",
          managementUrl,
          ...(id === "events" ? { amqpUrl } : {}),
          pollSeconds: POLL_SECONDS,
          clients: options.clients,
        },
      ],
      sources: [{ id: "bitmagnet", kind: "bitmagnet", databaseUrl }],
      webhooks: [{ id: "ops", url: receiver.url, format: "standard", secret: receiver.secret, allowPrivate: true }],
    },
    logLevel: "warn",
    onLine: (line) => options.log(`${id}: ${line}`),
  });
  const get = async <T>(path: string, shape: z.ZodType<T>): Promise<T> => {
    const answer = await fetch(`${app.url}/api/v1/${path}`, {
      headers: { authorization: `Bearer ${app.apiToken}` },
      signal: AbortSignal.timeout(ASK_WITHIN_MS),
    });
    return shape.parse(await answer.json());
  };
  options.log(`${id}: ${app.url} with password ${app.adminPassword}, token ${app.apiToken}`);
  return {
    id,
    pages,
    async findings() {
      const alerts = (await get("alerts?limit=200", Alerts)).items.filter(({ firedMs }) => firedMs !== null);
      const { findings } = await get("queues", Queues);
      const { verdict } = await get("overview", Overview);
      return [
        ...alerts.map(({ rule, summary }) => `alert ${rule}: ${summary}`),
        ...findings.map(({ kind, severity, queues }) => `finding ${severity} ${kind}: ${queues.join(", ")}`),
        ...verdict.lines.map(({ kind, subject }) => `line ${kind}: ${subject}`),
      ];
    },
    async killAndRestart() {
      await app.kill();
      app = await app.again();
    },
    async stop() {
      await app.stop();
      app.remove();
      await receiver.stop();
    },
  };
}
