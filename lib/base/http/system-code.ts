/**
 * The code of what an HTTP client or a socket threw, such as `ECONNREFUSED` or `TimeoutError`. Messages are never used:
 * they quote URLs, and a URL may hold a secret. undici's fetch wraps the system's error in a `TypeError` as its cause.
 */
export function systemCode(cause: unknown): string {
  if (typeof cause !== "object" || cause === null) return "unknown";
  if ("code" in cause && typeof cause.code === "string") return cause.code;
  if ("cause" in cause && typeof cause.cause === "object" && cause.cause !== null) return systemCode(cause.cause);
  // Several addresses were tried: the first error represents all of them.
  if (cause instanceof AggregateError) return systemCode(cause.errors[0]);
  return "name" in cause && typeof cause.name === "string" ? cause.name : "unknown";
}
