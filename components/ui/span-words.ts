/** A duration as a message key and its numbers: at most two units, and only seconds below two minutes. */
export type SpanWords =
  | { readonly key: "seconds"; readonly values: { readonly n: number } }
  | { readonly key: "minutes"; readonly values: { readonly n: number } }
  | { readonly key: "minutesSeconds"; readonly values: { readonly m: number; readonly s: number } }
  | { readonly key: "hours"; readonly values: { readonly h: number; readonly m: number } }
  | { readonly key: "days"; readonly values: { readonly d: number; readonly h: number } };

export function spanWords(seconds: number): SpanWords {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 120) return { key: "seconds", values: { n: whole } };
  if (whole < 600 && whole % 60 !== 0) {
    return { key: "minutesSeconds", values: { m: Math.floor(whole / 60), s: whole % 60 } };
  }
  if (whole < 3_600) return { key: "minutes", values: { n: Math.floor(whole / 60) } };
  if (whole < 172_800)
    return { key: "hours", values: { h: Math.floor(whole / 3_600), m: Math.floor(whole / 60) % 60 } };
  return { key: "days", values: { d: Math.floor(whole / 86_400), h: Math.floor(whole / 3_600) % 24 } };
}
