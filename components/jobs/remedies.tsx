"use client";

import { useRemedy } from "@/components/jobs/trouble-words";
import type { TroubleView } from "@/lib/views/jobs/schema";

/** Remedies for the given troubles, without duplicates. */
export function Remedies({ troubles }: { readonly troubles: readonly TroubleView[] }) {
  const say = useRemedy();
  const texts = [...new Set(troubles.map((one) => say(one.remedy)))].filter((text) => text !== null);
  return texts.map((text) => (
    <span key={text} className="block text-13 text-quiet">
      {text}
    </span>
  ));
}
