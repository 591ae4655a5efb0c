import type { FieldError } from "@/lib/base/errors/refused";

/** RFC 9457. The only shape in which this API says no; `errors` stands where single fields are at fault. */
export function problemResponse(
  status: number,
  title: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
  errors: readonly FieldError[] = [],
): Response {
  const faults = errors.length === 0 ? {} : { errors };
  return Response.json(
    { type: "about:blank", title, status, detail, ...faults },
    { status, headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers } },
  );
}
