/** How often pages poll when no event announces a change. The browser polls at this interval everywhere. */
export const REFRESH_MS = 5_000;

/** Query options of a view that is polled. */
export const polled = { refetchInterval: REFRESH_MS, staleTime: REFRESH_MS / 2 } as const;
