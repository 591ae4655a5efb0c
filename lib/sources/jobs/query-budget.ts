import { MINUTE } from "@/lib/base/time/duration";
import type { Query } from "@/lib/sources/jobs/adapter";
import { errorCode } from "@/lib/sources/jobs/error-code";

/**
 * 57014: cancelled by statement_timeout. 55P03: no lock within lock_timeout. 40001: a standby cancelled the statement
 * because it conflicted with recovery.
 */
const isOutOfBudget = (error: unknown): boolean => ["57014", "55P03", "40001"].includes(errorCode(error) ?? "");

/** The error with which PostgreSQL cancels a statement at its timeout. */
export const timeoutError = (message: string): Error => Object.assign(new Error(message), { code: "57014" });

/** The answer, or null if the statement ran out of its budget. Other errors are rethrown. */
export async function withinBudget<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isOutOfBudget(error)) return null;
    throw error;
  }
}

/** A statement that used up its budget without an answer would do so again at the next poll. */
export const COOLDOWN_MS = 10 * MINUTE;

/**
 * A `RunQuery` that does not repeat a statement for ten minutes after it ran out of budget: it rejects at once, as if the
 * statement had timed out again. The caller stores `cooldowns` (query name → epoch ms of the end) between polls.
 */
export const withCooldown =
  <Statement extends Pick<Query, "name" | "cooldown">, Answer>(
    runQuery: (query: Statement) => Promise<Answer>,
    cooldowns: Map<string, number>,
    nowMs: number,
  ): ((query: Statement) => Promise<Answer>) =>
  async (query) => {
    if ((cooldowns.get(query.name) ?? 0) > nowMs) {
      throw timeoutError(`"${query.name}" is in its cool-down`);
    }
    try {
      return await runQuery(query);
    } catch (error) {
      // A statement that was skipped because the poll's time was over says nothing about its own cost.
      if (query.cooldown && errorCode(error) === "57014" && !wasSkipped(error))
        cooldowns.set(query.name, nowMs + COOLDOWN_MS);
      throw error;
    }
  };

/** The error of a query that was not run because the poll had no time left. */
export const skippedError = (query: Query | Pick<Query, "name">): Error =>
  Object.assign(timeoutError(`no time left for "${query.name}"`), { skipped: true });

const wasSkipped = (error: unknown): boolean => typeof error === "object" && error !== null && "skipped" in error;
