/** Missed heartbeats from which on a late client is critical: the broker closes the connection after the next one. */
const MISSED_CRITICAL = 2;

export const isCriticallyLate = (missed: number | null): boolean => (missed ?? 0) >= MISSED_CRITICAL;
