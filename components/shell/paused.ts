"use client";

import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let paused = false;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function setPaused(next: boolean): void {
  paused = next;
  for (const one of listeners) one();
}

/** Whether somebody holds the page still to read it. */
export const usePaused = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => paused,
    () => false,
  );

/**
 * What a query of a page adds to its options. A default of the query client would not do: a mounted query reads that
 * only when its component renders, so it would neither stop nor go on. What has no numbers yet is asked for even so.
 */
export function usePauseable() {
  const still = usePaused();
  return {
    enabled: (query: { readonly state: { readonly data: unknown } }) => !still || query.state.data === undefined,
  };
}
