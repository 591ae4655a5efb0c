import type { PendingAlert } from "@/lib/alerts/engine/alert-state";
import type { TargetVisibility } from "@/lib/alerts/engine/target-visibility";
import type { Rule } from "@/lib/alerts/model/rule";
import type { Labels } from "@/lib/base/signals/labels";

/** What the update of windows needs from a tick. */
export interface WindowInput {
  /** In the order of `mostSpecificFirst`. */
  readonly rules: readonly Rule[];
  /** Labels of objects that ended. */
  readonly ended: readonly Labels[];
  readonly visibility: TargetVisibility;
  readonly open: ReadonlyMap<string, PendingAlert>;
  readonly nowMs: number;
}
