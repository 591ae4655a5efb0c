export type Tone = "critical" | "warning" | "ok" | "quiet" | "unknown";

export const SHAPE: Readonly<Record<Tone, string>> = { critical: "■", warning: "▲", ok: "●", quiet: "·", unknown: "◇" };
const INK: Readonly<Record<Tone, string>> = {
  critical: "text-critical",
  warning: "text-warning",
  ok: "text-ok",
  quiet: "text-quiet",
  unknown: "text-quiet",
};

/** A state as a shape, a word and a colour: each of them alone is enough to recognise it. */
export function StateWord({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return (
    <span className={`whitespace-nowrap ${INK[tone]} ${tone === "critical" ? "font-semibold" : ""}`}>
      <span aria-hidden="true" className="mr-0.5 inline-block w-4 text-center">
        {SHAPE[tone]}
      </span>
      {children}
    </span>
  );
}
