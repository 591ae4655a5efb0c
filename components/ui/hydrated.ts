"use client";

import { useSyncExternalStore } from "react";

const subscribe = () => () => {};

/**
 * Whether React has hydrated the page. Before hydration, the browser submits a form natively, with the field values in
 * the URL, and text typed into a field with a default value is lost.
 */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  );
