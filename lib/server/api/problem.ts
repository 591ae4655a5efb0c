import type { FieldError } from "@/lib/base/errors/refused";

/** An RFC 9457 response: the only shape of an error in this API. `errors` is present where single fields are at fault. */
export function problemResponse(
  status: number,
  title: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
  errors: readonly FieldError[] = [],
): Response {
  const fieldErrors = errors.length === 0 ? {} : { errors };
  return Response.json(
    { type: "about:blank", title, status, detail, ...fieldErrors },
    { status, headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers } },
  );
}
