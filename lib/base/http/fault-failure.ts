import type { Failure } from "@/lib/base/errors/failure";
import type { HttpFault } from "@/lib/base/http/client";
import { type Reason, reason } from "@/lib/base/messages/reason";
import { SECOND } from "@/lib/base/time/duration";
import { certificateFault } from "@/lib/base/tls/certificate-fault";

interface FaultContext {
  /** The endpoint as an operator knows it, without credentials. */
  readonly where: string;
  readonly withinMs: number;
  readonly bytesMax: number;
  /**
   * The reason of a fault other than the limits of time and bytes; by default that `where` cannot be reached. `why` is
   * what is wrong with the TLS connection, null for any other fault.
   */
  readonly unreachable?: (why: Reason | null) => Reason;
}

/** The failure of a request without a complete response. Every such request may succeed later. */
export function faultFailure(fault: HttpFault, { where, withinMs, bytesMax, unreachable }: FaultContext): Failure {
  switch (fault.is) {
    case "too-large":
      return { code: "too-large", retry: true, reason: reason("answerTooLarge", { where, bytes: bytesMax }) };
    case "timeout":
      return { code: "timeout", retry: true, reason: reason("noAnswerWithin", { where, seconds: withinMs / SECOND }) };
    case "unreachable":
      return {
        code: "refused",
        retry: true,
        reason: (unreachable ?? notReachable(where))(certificateFault(fault.code)),
      };
  }
}

const notReachable = (where: string) => (why: Reason | null) =>
  why === null ? reason("notReachable", { where }) : reason("notReachableBecause", { where, reason: why });
