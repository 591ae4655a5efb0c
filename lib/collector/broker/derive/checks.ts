import type { Reading } from "@/lib/alerts/model/reading";
import { DAY, HOUR } from "@/lib/base/time/duration";
import type { Overview } from "@/lib/rabbitmq/api/broker";
import type { ExpiringCertificate } from "@/lib/rabbitmq/api/parse-checks";

export const CHECK_NAMES = ["certificates", "deprecated", "disabledFlags"] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

/** `refused`: an older version does not know the endpoint, or this user may not read it. */
export type CheckOutcome<T> = { readonly is: "read"; readonly value: T } | { readonly is: "refused" | "failed" };

/** null: was not due. */
export interface CheckAnswers {
  readonly certificates: CheckOutcome<readonly ExpiringCertificate[]> | null;
  readonly deprecated: CheckOutcome<readonly string[]> | null;
  readonly disabledFlags: CheckOutcome<readonly string[]> | null;
}

/** What the checks found last; null: not measured. In memory only: they are read again soon after a restart. */
export interface ChecksMemory {
  readonly requestedMs: number | null;
  /** The version that refused; another one may answer. */
  readonly version: string | null;
  readonly refused: readonly CheckName[];
  readonly certificates: readonly ExpiringCertificate[] | null;
  readonly deprecated: readonly string[] | null;
  readonly disabledFlags: readonly string[] | null;
}

export const NO_CHECKS: ChecksMemory = {
  requestedMs: null,
  version: null,
  refused: [],
  certificates: null,
  deprecated: null,
  disabledFlags: null,
};

/** Certificates, features and flags change in days. */
const CHECKS_EVERY_MS = HOUR;

/**
 * The checks that are due. A refusal stands in the log of RabbitMQ 3.10.8, so it is not asked for again; certificates are
 * asked for only where a listener uses TLS. Before the overview was read, nothing is due.
 */
export function checksDue(memory: ChecksMemory, overview: Overview | null, nowMs: number): ReadonlySet<CheckName> {
  if (overview === null) return new Set();
  if (memory.requestedMs !== null && nowMs - memory.requestedMs < CHECKS_EVERY_MS) return new Set();
  const refused = memory.version === overview.version ? memory.refused : [];
  return new Set(
    CHECK_NAMES.filter(
      (name) => !refused.includes(name) && (name !== "certificates" || overview.hasTlsListener === true),
    ),
  );
}

/** A check that failed leaves what was known. */
export function checksAfter(
  before: ChecksMemory,
  answers: CheckAnswers | undefined,
  at: { readonly overview: Overview | null; readonly nowMs: number },
): ChecksMemory {
  const hasNoTls = at.overview?.hasTlsListener === false;
  const known = hasNoTls ? { ...before, certificates: [] } : before;
  if (answers === undefined) return known;
  const pick = <T>(outcome: CheckOutcome<T> | null, last: T | null): T | null =>
    outcome === null || outcome.is === "failed" ? last : outcome.is === "read" ? outcome.value : null;
  const version = at.overview?.version ?? before.version;
  const refused = CHECK_NAMES.filter((name) => answers[name]?.is === "refused");
  return {
    requestedMs: at.nowMs,
    version,
    refused: [...new Set([...(version === before.version ? before.refused : []), ...refused])],
    certificates: pick(answers.certificates, known.certificates),
    deprecated: pick(answers.deprecated, before.deprecated),
    disabledFlags: pick(answers.disabledFlags, before.disabledFlags),
  };
}

/** No certificate ends within the month that is asked for. */
const BEYOND_DAYS = 31;

/** Days until the first certificate of a listener ends; null: not measured. */
export const certificateDays = ({ certificates }: ChecksMemory, nowMs: number): number | null =>
  certificates === null
    ? null
    : Math.min(BEYOND_DAYS, ...certificates.map(({ expiresMs }) => Math.max(0, (expiresMs - nowMs) / DAY)));

/** Names in a notification; the broker lists them all. */
const NAMES_MAX = 5;

/** The names of the summary about certificates and features. */
export function checksContext({
  certificates,
  deprecated,
  disabledFlags,
}: ChecksMemory): NonNullable<Reading["context"]> {
  const listeners = (certificates ?? [])
    .toSorted((a, b) => a.expiresMs - b.expiresMs)
    .map(
      ({ node, port, protocol }) =>
        `${node}${port === null ? "" : `:${port}`}${protocol === null ? "" : ` (${protocol})`}`,
    );
  return {
    listeners: listeners.slice(0, NAMES_MAX).join(", ") || null,
    deprecated: (deprecated ?? []).slice(0, NAMES_MAX).join(", ") || null,
    disabledFlags: (disabledFlags ?? []).slice(0, NAMES_MAX).join(", ") || null,
  };
}
