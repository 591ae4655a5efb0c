"use client";

import { Tooltip } from "recharts";
import { useWords } from "@/components/ui/words";

/** All series of a time picture at one instant, with the whole instant above them. `pinned`: it stays where it is. */
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
