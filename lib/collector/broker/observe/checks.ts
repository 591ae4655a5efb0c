import "server-only";
import type { Result } from "@/lib/base/errors/failure";
import type { CheckAnswers, CheckName, CheckOutcome } from "@/lib/collector/broker/derive/checks";
import type { ManagementApi } from "@/lib/rabbitmq/api/management-api";
import {
  CERTIFICATES,
  DEPRECATED,
  FEATURE_FLAGS,
  parseCertificates,
  parseDeprecatedUsed,
  parseDisabledFlags,
} from "@/lib/rabbitmq/api/parse-checks";

/** Requests what changes in days: the checks that are due, each of them small. Never throws. */
export async function readChecks(
  api: ManagementApi,
  due: ReadonlySet<CheckName>,
  signal: AbortSignal,
): Promise<CheckAnswers> {
  const read = async <T>(
    name: CheckName,
    path: string,
    parse: (json: unknown) => Result<T>,
  ): Promise<CheckOutcome<T> | null> => {
    if (!due.has(name)) return null;
    const answer = await api.get(path, signal);
    const parsed = answer.ok ? parse(answer.value.json) : answer;
    if (parsed.ok) return { is: "read", value: parsed.value };
    // An older version does not know it, or this user may not read it: asked again, it would be refused again.
    const { code } = parsed.failure;
    return { is: code === "unauthorized" || code === "not-found" ? "refused" : "failed" };
  };
  const [certificates, deprecated, disabledFlags] = await Promise.all([
    read("certificates", CERTIFICATES, parseCertificates),
    read("deprecated", DEPRECATED, parseDeprecatedUsed),
    read("disabledFlags", FEATURE_FLAGS, parseDisabledFlags),
  ]);
  return { certificates, deprecated, disabledFlags };
}
