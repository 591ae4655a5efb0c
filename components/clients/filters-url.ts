"use client";

import { useSearchParams } from "next/navigation";
import { ClientFilter } from "@/lib/views/clients/filter";

export type FilterKey = keyof ClientFilter;

/** The list's filters, kept in the URL so that a copied link shows the same list. An invalid URL means no filters. */
export function useFilter(): readonly [ClientFilter, (changes: Partial<Record<FilterKey, string | null>>) => void] {
  const params = useSearchParams();
  const given = Object.fromEntries(Object.keys(ClientFilter.shape).map((key) => [key, params.get(key) ?? undefined]));
  const read = ClientFilter.safeParse(given);
  const set = (changes: Partial<Record<FilterKey, string | null>>): void => {
    // Read the current URL, not the one of the last render: a second change may arrive before the next render.
    const next = new URLSearchParams(window.location.search);
    for (const [key, value] of Object.entries(changes)) {
      if (value === null || value === "") next.delete(key);
      else next.set(key, value);
    }
    // Only the rows change, so the URL is replaced without a navigation that would request the page again.
    window.history.replaceState(null, "", next.size === 0 ? window.location.pathname : `?${next}`);
  };
  return [read.success ? read.data : {}, set];
}
