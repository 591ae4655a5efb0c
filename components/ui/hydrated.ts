"use client";

import { useSyncExternalStore } from "react";

const subscribe = () => () => {};

/**
 * Whether the page's script runs yet. Before that a browser submits a form by itself, with what stands in it in the
 * address, and what is typed into a field with a default value is lost.
 */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  );
