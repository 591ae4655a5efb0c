"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { parseRange, type Range } from "@/lib/views/series/schema";

/** The range of the page. It is stored in the URL, so that a copied link shows the same range. */
export function useRange(): readonly [Range, (range: Range) => void] {
  const params = useSearchParams();
  const router = useRouter();
  const path = usePathname();
  const setRange = (next: Range) => {
    const changed = new URLSearchParams(params);
    changed.set("range", next);
    router.replace(`${path}?${changed}`, { scroll: false });
  };
  return [parseRange(params.get("range")), setRange];
}
