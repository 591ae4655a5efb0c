import { z } from "zod";

/** A refusal by our own API, as problem+json says it. `status` 0 means that no answer came at all. */
export class RequestFailed extends Error {
  readonly status: number;
  /** What is wrong with single fields of what was sent, where the answer says so. */
  readonly faults: readonly FieldFault[];
  constructor(status: number, message: string, faults: readonly FieldFault[] = []) {
    super(message);
    this.status = status;
    this.faults = faults;
  }
}

const FieldFault = z.object({ path: z.string(), message: z.string() });
type FieldFault = z.infer<typeof FieldFault>;
/** Of a refusal only what is shown: its sentence, and the fields at fault. */
const Refusal = z.object({ detail: z.string(), errors: z.array(FieldFault).default([]) });

/** Longer than any view may take; beyond it the page shows its numbers as stale. */
const ANSWER_WITHIN_MS = 10_000;

/** The browser's one door to the network: fetches a view and parses it. Throws RequestFailed. */
export async function requestJson<T>(schema: z.ZodType<T>, path: string, options: RequestOptions = {}): Promise<T> {
  // The page says in which language it speaks: an embed has no cookie, and a choice goes before the browser's wish.
  const headers: Record<string, string> = {
    accept: "application/json",
    "accept-language": document.documentElement.lang,
  };
  if (options.token) headers.authorization = `Bearer ${options.token}`;
  if (options.body !== undefined) headers["content-type"] = "application/json";
  const limit = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const response = await fetch(path, {
    method: options.method ?? "GET",
    headers,
    body: options.body === undefined ? null : JSON.stringify(options.body),
    signal: options.signal ? AbortSignal.any([options.signal, limit]) : limit,
  }).catch((cause: unknown) => {
    throw new RequestFailed(0, cause instanceof Error ? cause.message : "no answer");
  });
  if (!response.ok) throw await refusalOf(response);
  // 204: done, and there is nothing to say about it.
  return schema.parse(response.status === 204 ? null : await response.json());
}

export interface RequestOptions {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** An embed's token; pages use their session cookie instead. */
  readonly token?: string | null;
}

async function refusalOf(response: Response): Promise<RequestFailed> {
  try {
    const { detail, errors } = Refusal.parse(await response.json());
    return new RequestFailed(response.status, detail, errors);
  } catch {
    // Not ours: a proxy answered. The status alone has to do.
    return new RequestFailed(response.status, response.statusText || `status ${response.status}`);
  }
}
