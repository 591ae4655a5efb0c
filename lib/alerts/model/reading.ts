import type { Measurement } from "@/lib/base/signals/catalogue";
import type { Context } from "@/lib/base/signals/context";

/** A measurement together with what the sentence about it needs. */
export interface Reading extends Measurement {
  readonly context?: Context;
}
