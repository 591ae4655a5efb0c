import type { PendingAlert } from "@/lib/alerts/engine/alert-state";
import type { TargetVisibility } from "@/lib/alerts/engine/target-visibility";
import type { Rule } from "@/lib/alerts/model/rule";
import type { Labels } from "@/lib/base/signals/labels";

/** What the update of a window needs of the tick: rules, what ended, what could be seen and which alerts are open. */
export interface WindowInput {
  /** In the order of `mostSpecificFirst`. */
  readonly rules: readonly Rule[];
  readonly gone: readonly Labels[];
  readonly sight: TargetVisibility;
  readonly open: ReadonlyMap<string, PendingAlert>;
  readonly nowMs: number;
}
