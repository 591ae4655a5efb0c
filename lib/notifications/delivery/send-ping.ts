import "server-only";
import { basicAuthorization, withoutCredentials } from "@/lib/base/http/authorization";
import { systemCode } from "@/lib/base/http/system-code";
import type { Reason } from "@/lib/base/messages/reason";
import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import { SECOND } from "@/lib/base/time/duration";
import { exchange, reasonFor } from "@/lib/notifications/delivery/exchange";
import { type Heartbeat, type PingSignal, watchdog } from "@/lib/notifications/delivery/liveness";
import { BLOCKED, PRIVATE_ADDRESS, type Resolve, urlObjection } from "@/lib/notifications/delivery/safe-url";
import { byStatus } from "@/lib/notifications/formats/format";

/** A ping is small, and the next one follows soon. */
const PING_MS_MAX = 10 * SECOND;

/** Sends one ping. Returns why it did not arrive, without the URL; null when it did. Never throws. */
export async function sendPing(
  heartbeat: Heartbeat,
  signal: Exclude<PingSignal, null>,
  options: {
    /** Why Lastbeat does not work; null while it does. */
    readonly reason: Reason | null;
    readonly nowMs: number;
    readonly signal: AbortSignal;
    readonly resolve?: Resolve;
  },
): Promise<Reason | null> {
  const blocked = urlObjection(heartbeat.url, heartbeat);
  if (blocked !== null) return blocked;
  try {
    const request = requestFor(heartbeat, signal, options);
    const verdict = byStatus(await exchange(heartbeat, request, PING_MS_MAX, options));
    return verdict.accepted ? null : verdict.reason;
  } catch (cause) {
    const code = systemCode(cause);
    return code === BLOCKED ? PRIVATE_ADDRESS : reasonFor(code, PING_MS_MAX);
  }
}

function requestFor(
  heartbeat: Heartbeat,
  signal: Exclude<PingSignal, null>,
  { reason, nowMs }: { readonly reason: Reason | null; readonly nowMs: number },
) {
  const url = withoutCredentials(new URL(heartbeat.url));
  const authorization = basicAuthorization(new URL(heartbeat.url));
  const headers = { "user-agent": "lastbeat", ...(authorization === null ? {} : { authorization }) };
  const under = (path: string) => {
    url.pathname = `${url.pathname.replace(/\/$/, "")}${path}`;
    return url;
  };
  if (heartbeat.format === "alertmanager") {
    const json = { ...headers, "content-type": "application/json" };
    const body = JSON.stringify(watchdog(heartbeat, nowMs));
    return { url: under("/api/v2/alerts"), method: "POST", headers: json, body } as const;
  }
  if (KUMA_PUSH.test(url.pathname))
    return { url: kumaUrl(url, signal, reason), method: "GET", headers, body: null } as const;
  if (signal === "well") return { url, method: "GET", headers, body: null } as const;
  const text = { ...headers, "content-type": "text/plain; charset=utf-8" };
  return { url: under("/fail"), method: "POST", headers: text, body: renderReasonOrNull(reason) ?? "" } as const;
}

/** The push URL of a monitor of Uptime Kuma, which is requested by GET only: its status and message are in the query. */
const KUMA_PUSH = /\/api\/push\/[^/]+\/?$/;

function kumaUrl(push: URL, signal: Exclude<PingSignal, null>, reason: Reason | null): URL {
  const url = new URL(push);
  url.searchParams.set("status", signal === "well" ? "up" : "down");
  if (signal === "fail") url.searchParams.set("msg", renderReasonOrNull(reason) ?? "");
  return url;
}
