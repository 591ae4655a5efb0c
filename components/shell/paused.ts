"use client";

import { useSyncExternalStore } from "react";

const subscribers = new Set<() => void>();
let paused = false;

function subscribe(subscriber: () => void): () => void {
  subscribers.add(subscriber);
  return () => {
    subscribers.delete(subscriber);
  };
}

export function setPaused(next: boolean): void {
  paused = next;
  for (const notify of subscribers) notify();
}

/** Whether the updates of the page are paused. */
export const usePaused = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => paused,
    () => false,
  );

/**
 * Query options that stop a query while the page is paused. A default of the query client would not do: a mounted query
 * reads it only when its component renders, so it would neither stop nor resume. A query without data runs even so.
 */
export function usePauseable() {
  const isPaused = usePaused();
  return {
    enabled: (query: { readonly state: { readonly data: unknown } }) => !isPaused || query.state.data === undefined,
  };
}
