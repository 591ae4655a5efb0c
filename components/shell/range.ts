"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { RANGES, type Range } from "@/lib/views/series/schema";

export const RANGE_NAMES: readonly Range[] = ["15m", "1h", "3h", "6h", "24h"];

/** The range of the page; the URL holds it, so that a copied link shows the same. */
export function useRange(): readonly [Range, (range: Range) => void] {
  const params = useSearchParams();
  const router = useRouter();
  const path = usePathname();
  const asked = params.get("range") ?? "1h";
  const range = RANGE_NAMES.find((one) => one === asked && one in RANGES) ?? "1h";
  const set = (next: Range) => {
    const changed = new URLSearchParams(params);
    changed.set("range", next);
    router.replace(`${path}?${changed}`, { scroll: false });
  };
  return [range, set];
}
