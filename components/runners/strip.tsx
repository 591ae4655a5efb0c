"use client";

import { RUNNER_TONE } from "@/components/ui/tones";
import type { RunnerView } from "@/lib/views/runners/schema";

/** Without a limit of its own a strip still needs a length: the one that runners with work have. */
const SCALE_SECONDS = 180;

/** How long ago a runner was heard of, against its own limit (the mark at four fifths). */
export function Strip({ runner }: { readonly runner: RunnerView }) {
  const limit = runner.limitSeconds ?? SCALE_SECONDS;
  const share = runner.silenceSeconds === null ? 0 : Math.min(1, runner.silenceSeconds / (limit * 1.25));
  const tone = RUNNER_TONE[runner.state];
  // With nothing to do there is nothing to be heard of: an idle runner's age is said, and is no bar that fills up.
  const measured = runner.limitSeconds !== null || tone === "critical" || tone === "warning";
  const fill =
    tone === "critical" ? "var(--critical-fill)" : tone === "warning" ? "var(--warning-fill)" : "var(--cat-6)";
  return (
    <div className="relative mt-1 h-2 bg-raised" aria-hidden="true">
      <div className="h-2" style={{ width: `${measured ? share * 100 : 0}%`, background: fill }} />
      {runner.limitSeconds === null ? null : <div className="absolute top-[-3px] left-[80%] h-[14px] w-px bg-ink" />}
    </div>
  );
}
