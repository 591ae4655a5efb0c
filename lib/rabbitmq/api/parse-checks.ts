import { z } from "zod";
import { done, failed, type Result } from "@/lib/base/errors/failure";
import { reason } from "@/lib/base/messages/reason";

/** A listener whose certificate ends within the span that was asked for. */
export interface ExpiringCertificate {
  readonly node: string;
  readonly port: number | null;
  readonly protocol: string | null;
  readonly expiresMs: number;
}

const text = z.string().nullable().catch(null).default(null);
/** "2026-12-20 20:14:45", in UTC; one for each certificate of a file (3.10.8 and 4.3.6). */
const dates = z
  .array(z.string())
  .catch([])
  .default([])
  .transform((all) => all.map((one) => Date.parse(`${one.replace(" ", "T")}Z`)).filter(Number.isFinite));

const Expiring = z
  .object({
    node: z.string(),
    port: z.number().nullable().catch(null).default(null),
    protocol: text,
    certfile_expires_on: dates,
    cacertfile_expires_on: dates,
  })
  .transform(({ node, port, protocol, certfile_expires_on: own, cacertfile_expires_on: authority }) => {
    // The check reports a listener for either file; the first that ends breaks it.
    const expiresMs = Math.min(...own, ...authority);
    return { node, port, protocol, expiresMs };
  });

/** `GET /api/health/checks/certificate-expiration/…`: those that end within the span, none where the check passes. */
export function parseCertificates(json: unknown): Result<readonly ExpiringCertificate[]> {
  const answer = z.object({ status: z.string(), expired: z.array(z.unknown()).default([]) }).safeParse(json);
  if (!answer.success) {
    return failed({ code: "bad-answer", retry: true, reason: reason("objectExpected", { where: CERTIFICATES }) });
  }
  return done(
    answer.data.expired.flatMap((one) => {
      const row = Expiring.safeParse(one);
      return row.success && Number.isFinite(row.data.expiresMs) ? [row.data] : [];
    }),
  );
}

const FeatureRow = z.object({ name: z.string(), state: text, stability: text });

/** `GET /api/deprecated-features/used` (since 3.13): the names of the deprecated features that are in use. */
export const parseDeprecatedUsed = (json: unknown): Result<readonly string[]> =>
  featuresIn(json, DEPRECATED, () => true);

/** `GET /api/feature-flags`: stable flags that are disabled; a later version may require them, and then it does not start. */
export const parseDisabledFlags = (json: unknown): Result<readonly string[]> =>
  featuresIn(json, FEATURE_FLAGS, ({ state, stability }) => state === "disabled" && stability === "stable");

function featuresIn(
  json: unknown,
  where: string,
  passes: (row: z.infer<typeof FeatureRow>) => boolean,
): Result<readonly string[]> {
  if (!Array.isArray(json)) {
    return failed({ code: "bad-answer", retry: true, reason: reason("listExpected", { where }) });
  }
  return done(
    json.flatMap((one) => {
      const row = FeatureRow.safeParse(one);
      return row.success && passes(row.data) ? [row.data.name] : [];
    }),
  );
}

/** A month ahead: longer spans would list certificates that are renewed automatically. */
export const CERTIFICATES = "/api/health/checks/certificate-expiration/1/months";
export const DEPRECATED = "/api/deprecated-features/used";
export const FEATURE_FLAGS = "/api/feature-flags";
