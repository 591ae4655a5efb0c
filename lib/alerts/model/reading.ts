import type { Context } from "@/lib/base/messages/sentence/context";
import type { Measurement } from "@/lib/base/signals/catalogue";

/** A measurement together with what the sentence about it needs. */
export interface Reading extends Measurement {
  readonly context?: Context;
}
