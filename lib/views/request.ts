import { z } from "zod";
import { messageOf } from "@/lib/base/errors/message";
import { BASE_PATH } from "@/lib/base/http/base-path";

/** A request that our own API refused, or did not answer. `status` is 0 when there was no response at all. */
export class RequestFailed extends Error {
  readonly status: number;
  /** The errors of single fields of the request, where the response lists them. */
  readonly faults: readonly FieldFault[];
  constructor(status: number, message: string, faults: readonly FieldFault[] = []) {
    super(message);
    this.status = status;
    this.faults = faults;
  }
}

const FieldFault = z.object({ path: z.string(), message: z.string() });
type FieldFault = z.infer<typeof FieldFault>;
/** The parts of problem+json that pages show. */
const Problem = z.object({ detail: z.string(), errors: z.array(FieldFault).default([]) });

/** Longer than any view takes. Beyond it the page marks its numbers as stale. */
const TIMEOUT_MS = 10_000;

/** Fetches JSON and parses it: all network access of the browser goes through here. Throws RequestFailed. */
export async function requestJson<T>(schema: z.ZodType<T>, path: string, options: RequestOptions = {}): Promise<T> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(`${BASE_PATH}${path}`, {
    method: options.method ?? "GET",
    headers: headersOf(options),
    body: options.body === undefined ? null : JSON.stringify(options.body),
    signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
  }).catch((cause: unknown) => {
    throw new RequestFailed(0, messageOf(cause));
  });
  if (!response.ok) throw await failureOf(response);
  return schema.parse(response.status === 204 ? null : await response.json());
}

export interface RequestOptions {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** The token of an embed; pages use their session cookie instead. */
  readonly token?: string | null;
}

function headersOf({ token, body }: RequestOptions): Record<string, string> {
  return {
    accept: "application/json",
    // The language of the page, since an embed has no cookie and a choice overrides the setting of the browser.
    "accept-language": document.documentElement.lang,
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
}

async function failureOf(response: Response): Promise<RequestFailed> {
  try {
    const { detail, errors } = Problem.parse(await response.json());
    return new RequestFailed(response.status, detail, errors);
  } catch {
    // The response is not from our API but from a proxy: only its status is known.
    return new RequestFailed(response.status, response.statusText || `status ${response.status}`);
  }
}
