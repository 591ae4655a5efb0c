/**
 * What of the signal is compared with the thresholds, and so what their unit is:
 * - `value`: the value itself, in the signal's unit
 * - `rate`: the slope of the least-squares line through the last `overMs`, in the signal's unit per minute
 * - `forecast`: where that line stands `withinMs` from now, in the signal's unit; always inferred
 * - `absent`: for how many seconds an instance that was measured has not been, while its broker or source was seen
 */
export type Condition =
  | { readonly kind: "value" }
  | { readonly kind: "rate"; readonly overMs: number }
  | { readonly kind: "forecast"; readonly withinMs: number; readonly overMs: number }
  | { readonly kind: "absent" };
