import "server-only";
import { request } from "undici";
import { readStart } from "@/lib/base/http/read-bounded";
import { type Reason, reason } from "@/lib/base/messages/reason";
import { SECOND } from "@/lib/base/time/duration";
import { certificateFault } from "@/lib/base/tls/certificate-fault";
import type { TlsFiles } from "@/lib/base/tls/trust";
import type { SignedRequest } from "@/lib/notifications/delivery/build-request";
import { guardedAgent, type ReachOptions, type Resolve } from "@/lib/notifications/delivery/safe-url";

/** The start of an answer's body, in which some services accept or refuse; the rest is not read. */
const ANSWER_START = { bytesMax: 16_384, withinMs: SECOND };
/** Headers of an answer. Node's own limit, named here because we rely on it. */
const ANSWER_HEADER_BYTES_MAX = 16_384;

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
}

interface HttpRequest extends Omit<SignedRequest, "body"> {
  readonly method: "GET" | "POST";
  readonly body: string | null;
}

/** Sends one request to a checked address, with limits of time and bytes. Rejects when no answer came. */
export async function exchange(
  receiver: ReachOptions & TlsFiles,
  { url, method, headers, body }: HttpRequest,
  timeoutMs: number,
  { signal, resolve }: { readonly signal: AbortSignal; readonly resolve?: Resolve | undefined },
): Promise<HttpAnswer> {
  const agent = guardedAgent(receiver, {
    connectMs: timeoutMs,
    headerBytesMax: ANSWER_HEADER_BYTES_MAX,
    resolve,
    tls: receiver,
  });
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const answer = await request(url, { method, headers, body, dispatcher: agent, signal: limit });
    const retryAfter = firstValue(answer.headers["retry-after"]);
    return { status: answer.statusCode, retryAfter, body: await readStart(answer.body, ANSWER_START) };
  } finally {
    await agent.destroy();
  }
}

const firstValue = (header: string | string[] | undefined): string | null =>
  (Array.isArray(header) ? header[0] : header) ?? null;

/** Why no answer came, by the code of the error. */
export function reasonFor(code: string, timeoutMs: number): Reason {
  switch (code) {
    case "TimeoutError":
    case "UND_ERR_CONNECT_TIMEOUT":
    case "UND_ERR_HEADERS_TIMEOUT":
    case "ETIMEDOUT":
      return reason("sendTimedOut", { seconds: timeoutMs / SECOND });
    case "AbortError":
    case "UND_ERR_ABORTED":
      return reason("sendStopped", {});
    case "ECONNREFUSED":
      return reason("sendConnectionRefused", {});
    case "ECONNRESET":
    case "UND_ERR_SOCKET":
      return reason("sendConnectionClosed", {});
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return reason("sendNameUnresolved", {});
    default:
      return sendFailure(code);
  }
}

/** What is wrong with the TLS connection; for any other error its code. */
export const sendFailure = (code: string): Reason =>
  certificateFault(code) ?? reason("sendFailed", { code: code.slice(0, CODE_LENGTH_MAX) });

/** The longest codes of OpenSSL have about 40 characters. */
const CODE_LENGTH_MAX = 60;
