import { z } from "zod";
import { AlertView } from "@/lib/views/alerts/schema";
import { listOf } from "@/lib/views/list";
import { requestJson } from "@/lib/views/request";

const Span = z.object({ fromMs: z.number(), untilMs: z.number() });

export const SilenceWindowView = z.object({
  id: z.string(),
  /** Matchers as they are written, such as `queue=~"orders.*"`. */
  match: z.array(z.string()),
  comment: z.string(),
  by: z.string(),
  origin: z.enum(["file", "page"]),
  createdMs: z.number(),
  fromMs: z.number(),
  /** null: only a maintenance window has no end of its own. */
  untilMs: z.number().nullable(),
  /** A maintenance window stands only in the spans that its cron expression begins. */
  recurring: z.object({ cron: z.string(), zone: z.string(), durationSeconds: z.number() }).nullable(),
  state: z.enum(["active", "scheduled", "ended"]),
  /** The span it is in, if any, and the next ones: at most three. */
  spans: z.array(Span),
  /** Open alerts that it matches at present, whether it stands or not. */
  matching: z.number(),
});
export type SilenceWindowView = z.infer<typeof SilenceWindowView>;
export const SilenceWindowsView = listOf(SilenceWindowView);

/** Open alerts that matchers mute now; `items` are the first of `count`. */
export const WindowPreview = z.object({ asOfMs: z.number(), count: z.number(), items: z.array(AlertView) });
export type WindowPreview = z.infer<typeof WindowPreview>;

/** A window as it is asked for. Without `fromMs` it begins now. */
export interface WindowWanted {
  readonly match: readonly string[];
  readonly comment: string;
  readonly by?: string;
  readonly fromMs?: number;
  readonly untilMs?: number;
  readonly recurring?: { readonly cron: string; readonly zone: string; readonly durationSeconds: number };
}

const PATH = "/api/v1/silence-windows";

/** What operators do with silence windows. Each throws RequestFailed with what the server said. */
export const createWindow = (body: WindowWanted): Promise<SilenceWindowView> =>
  requestJson(SilenceWindowView, PATH, { method: "POST", body });
export const editWindow = (id: string, body: WindowWanted): Promise<SilenceWindowView> =>
  requestJson(SilenceWindowView, `${PATH}/${encodeURIComponent(id)}`, { method: "PUT", body });
export const expireWindow = (id: string): Promise<SilenceWindowView> =>
  requestJson(SilenceWindowView, `${PATH}/${encodeURIComponent(id)}/expire`, { method: "POST" });
export const previewWindow = (match: readonly string[]): Promise<WindowPreview> =>
  requestJson(WindowPreview, `${PATH}/preview`, { method: "POST", body: { match } });

/** What operators do with alerts. */
export const acknowledgeAlert = (
  id: string,
  body: { readonly untilMs?: number; readonly comment?: string; readonly by?: string },
): Promise<AlertView> =>
  requestJson(AlertView, `/api/v1/alerts/${encodeURIComponent(id)}/acknowledge`, { method: "POST", body });
export const unacknowledgeAlert = (id: string): Promise<AlertView> =>
  requestJson(AlertView, `/api/v1/alerts/${encodeURIComponent(id)}/unacknowledge`, { method: "POST" });
