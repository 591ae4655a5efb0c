import type { Measurement } from "@/lib/base/signals/catalogue";

/** Further facts for the alert's sentence, for example `{ name, silenceSeconds, timeoutSeconds }`. See `SummaryInput`. */
export type Context = Readonly<Record<string, string | number | null>>;

/** A measurement together with what the sentence about it needs. */
export interface Reading extends Measurement {
  readonly context?: Context;
}
