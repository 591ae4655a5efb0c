"use client";

import { Tooltip } from "recharts";
import { useWords } from "@/components/ui/words";

/** Tooltip with the full timestamp and the values of all series at that time. `pinned` keeps it open. */
export function MomentTooltip({ pinned = false }: { readonly pinned?: boolean }) {
  const { full, number } = useWords();
  return (
    <Tooltip
      isAnimationActive={false}
      {...(pinned ? { active: true } : {})}
      labelFormatter={(label) => full(Number(label))}
      formatter={(value) => (typeof value === "number" ? number(value) : String(value))}
      contentStyle={{ background: "var(--raised)", border: "1px solid var(--line)", fontSize: 12 }}
    />
  );
}
