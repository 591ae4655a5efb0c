"use client";

import { useSyncExternalStore } from "react";

const subscribers = new Set<() => void>();
let nowMs = 0;
let timer: ReturnType<typeof setInterval> | null = null;

function subscribe(subscriber: () => void): () => void {
  subscribers.add(subscriber);
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const one of subscribers) one();
  }, 1_000);
  return () => {
    subscribers.delete(subscriber);
    if (subscribers.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

const read = (): number => {
  if (nowMs === 0) nowMs = Date.now();
  return nowMs;
};

/** The current time, epoch ms, updated once a second for the whole page; null during server rendering. */
export const useNow = (): number | null => useSyncExternalStore<number | null>(subscribe, read, () => null);
