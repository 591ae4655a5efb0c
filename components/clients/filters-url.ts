"use client";

import { useSearchParams } from "next/navigation";
import { ClientFilter } from "@/lib/views/clients/filter";

export type FilterKey = keyof ClientFilter;

/** The filters of the list as the URL holds them, so that a copied link shows the same. What is no filter is none. */
export function useFilter(): readonly [ClientFilter, (changes: Partial<Record<FilterKey, string | null>>) => void] {
  const params = useSearchParams();
  const given = Object.fromEntries(Object.keys(ClientFilter.shape).map((key) => [key, params.get(key) ?? undefined]));
  const read = ClientFilter.safeParse(given);
  const set = (changes: Partial<Record<FilterKey, string | null>>): void => {
    // What the address says now and not when this was drawn: two changes may follow each other faster.
    const next = new URLSearchParams(window.location.search);
    for (const [key, value] of Object.entries(changes)) {
      if (value === null || value === "") next.delete(key);
      else next.set(key, value);
    }
    // The page is the same one with other rows: nothing has to be asked of the server for it but those.
    window.history.replaceState(null, "", next.size === 0 ? window.location.pathname : `?${next}`);
  };
  return [read.success ? read.data : {}, set];
}
