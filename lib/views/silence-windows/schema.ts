import { z } from "zod";
import { AlertView } from "@/lib/views/alerts/schema";
import { listOf } from "@/lib/views/list";

const Span = z.object({ fromMs: z.number(), untilMs: z.number() });

export const SilenceWindowView = z.object({
  id: z.string(),
  /** Matchers in their text form, such as `queue=~"orders.*"`. */
  match: z.array(z.string()),
  comment: z.string(),
  by: z.string(),
  origin: z.enum(["file", "page"]),
  createdMs: z.number(),
  fromMs: z.number(),
  /** null only for a maintenance window, which may recur without end. */
  untilMs: z.number().nullable(),
  /** A maintenance window is active only in the spans that begin at the times of its cron expression. */
  recurring: z.object({ cron: z.string(), zone: z.string(), durationSeconds: z.number() }).nullable(),
  /** `off`: a matcher that an older version stored cannot be read, so it silences nothing. */
  state: z.enum(["active", "scheduled", "ended", "off"]),
  /** Why it is off; null otherwise. */
  because: z.string().nullable(),
  /** The current span, if there is one, and the next ones: at most three. */
  spans: z.array(Span),
  /** Open alerts that it matches now, whether it is active or not. */
  matching: z.number(),
});
export type SilenceWindowView = z.infer<typeof SilenceWindowView>;
export const SilenceWindowsView = listOf(SilenceWindowView);

/** The open alerts that matchers would mute now; `items` holds the first of `count`. */
export const WindowPreview = z.object({ asOfMs: z.number(), count: z.number(), items: z.array(AlertView) });
export type WindowPreview = z.infer<typeof WindowPreview>;

/** A silence window to create, or to replace one with. Without `fromMs` it begins now. */
export interface SilenceWindowInput {
  readonly match: readonly string[];
  readonly comment: string;
  readonly by?: string;
  readonly fromMs?: number;
  readonly untilMs?: number;
  readonly recurring?: { readonly cron: string; readonly zone: string; readonly durationSeconds: number };
}
