import type { z } from "zod";

/** A refusal by our own API, as problem+json says it. `status` 0 means that no answer came at all. */
export class AskFailed extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Longer than any view may take; beyond it the page shows its numbers as stale. */
const ANSWER_WITHIN_MS = 10_000;

/** The browser's one door to the network: fetches a view and parses it. Throws AskFailed. */
export async function ask<T>(schema: z.ZodType<T>, path: string, options: AskOptions = {}): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (options.token) headers.authorization = `Bearer ${options.token}`;
  if (options.body !== undefined) headers["content-type"] = "application/json";
  const limit = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const response = await fetch(path, {
    method: options.method ?? "GET",
    headers,
    body: options.body === undefined ? null : JSON.stringify(options.body),
    signal: options.signal ? AbortSignal.any([options.signal, limit]) : limit,
  }).catch((cause: unknown) => {
    throw new AskFailed(0, cause instanceof Error ? cause.message : "no answer");
  });
  if (!response.ok) throw new AskFailed(response.status, await problemText(response));
  // 204: done, and there is nothing to say about it.
  return schema.parse(response.status === 204 ? null : await response.json());
}

export interface AskOptions {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** An embed's token; pages use their session cookie instead. */
  readonly token?: string | null;
}

async function problemText(response: Response): Promise<string> {
  try {
    const problem: unknown = await response.json();
    if (typeof problem === "object" && problem !== null && "detail" in problem) return String(problem.detail);
  } catch {
    // Not JSON: a proxy answered. The status alone has to do.
  }
  return response.statusText || `status ${response.status}`;
}
