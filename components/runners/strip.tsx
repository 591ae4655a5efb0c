"use client";

import { RUNNER_TONE } from "@/components/ui/tones";
import type { RunnerView } from "@/lib/views/runners/schema";

/** The scale of a strip for a runner without a limit: the limit of runners with jobs. */
const SCALE_SECONDS = 180;

/** The time since a runner's last contact, against its limit (the mark at four fifths). */
export function Strip({ runner }: { readonly runner: RunnerView }) {
  const limit = runner.limitSeconds ?? SCALE_SECONDS;
  const share = runner.silenceSeconds === null ? 0 : Math.min(1, runner.silenceSeconds / (limit * 1.25));
  const tone = RUNNER_TONE[runner.state];
  // An idle runner has no reason to make contact: the page shows the age of its last contact, but no bar.
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
