import type { Failure } from "@/lib/base/errors/failure";
import { percentDecoded } from "@/lib/base/http/credentials";
import { reason } from "@/lib/base/messages/reason";
import type { SourceOutcome } from "@/lib/sources/jobs/job";
import { refusal, refuse, unreachable } from "@/lib/sources/jobs/refusal";
import { OutOfBudget, ReplyError } from "@/lib/sources/redis/commands";

type Refusal = Omit<Extract<SourceOutcome, { ok: false }>, "durationMs">;

/** Why a Redis server could not be read. Of the URL, only host, port and user are repeated; of its answers, none. */
export const redisRefusal = {
  fromFailure: (failure: Failure): Refusal => refusal.fromFailure(failure),

  fromError(error: unknown, databaseUrl: string): Refusal {
    const where = addressOf(databaseUrl);
    if (where === null) return refuse("unreachable", "refused", reason("databaseUrlInvalid", {}));
    if (error instanceof OutOfBudget) {
      return error.limit === "time"
        ? refuse("timeout", "timeout", reason("queryOverBudget", {}))
        : refuse("incompatible", "too-large", reason("redisAnswerTooLarge", { address: where.address }));
    }
    if (error instanceof ReplyError) return fromReply(error, where);
    return { ...refusal.fromFailure(unreachable(error, where.address)), state: "unreachable" };
  },
} as const;

interface Address {
  readonly address: string;
  readonly user: string;
}

const DEFAULT_PORT = "6379";

function addressOf(databaseUrl: string): Address | null {
  const url = URL.parse(databaseUrl);
  if (url === null) return null;
  const host = url.hostname === "" ? "localhost" : url.hostname;
  // Without a name in the URL, Redis signs in its user `default`.
  return {
    address: `${host}:${url.port === "" ? DEFAULT_PORT : url.port}`,
    user: percentDecoded(url.username) || "default",
  };
}

function fromReply(error: ReplyError, where: Address): Refusal {
  const { address, user } = where;
  switch (error.code) {
    case "NOAUTH":
      return refuse("unauthorized", "unauthorized", reason("passwordMissing", { address, user }));
    case "WRONGPASS":
      return refuse("unauthorized", "unauthorized", reason("loginRefused", { address, user }));
    case "NOPERM":
      return refuse(
        "unauthorized",
        "unauthorized",
        reason("redisRuleMissing", { user, statement: ruleFor(error, user) }),
      );
    case "DENIED":
      return refuse("unauthorized", "unauthorized", reason("redisProtected", { address }));
    case "WRONGTYPE":
      return refuse("incompatible", "incompatible", reason("redisKeyType", { key: shownKey(error) }));
    case "MOVED":
    case "ASK":
    case "CROSSSLOT":
    case "CLUSTERDOWN":
      return refuse("incompatible", "incompatible", reason("redisCluster", { address }));
    case "LOADING":
      return refuse("unreachable", "unavailable", reason("serverStartingUp", { address }));
    case "MASTERDOWN":
      return refuse("unreachable", "unavailable", reason("redisPrimaryDown", { address }));
    case "BUSY":
      return refuse("timeout", "timeout", reason("redisBusy", { address }));
    default:
      return other(error, where);
  }
}

function other(error: ReplyError, { address, user }: Address): Refusal {
  const text = error.message;
  if (/max number of clients/.test(text)) {
    return refuse("unreachable", "unavailable", reason("tooManyConnections", { address }));
  }
  if (/DB index is out of range|invalid DB index/.test(text)) {
    return refuse("unreachable", "unavailable", reason("databaseMissing", { address }));
  }
  // A password was sent to a server that has none, or a name to one without users (before version 6).
  if (error.command === "AUTH")
    return refuse("unauthorized", "unauthorized", reason("loginRefused", { address, user }));
  return refuse("incompatible", "incompatible", reason("readFailedWithCode", { address, code: error.code }));
}

/** Characters of a key in a sentence: keys of other systems may be of any length. */
const KEY_MAX = 200;
const shownKey = ({ key }: ReplyError): string => (key ?? "").slice(0, KEY_MAX);

/** The rules of an access control list that allow what was refused. */
function ruleFor(error: ReplyError, user: string): string {
  const name = /^[\w.@-]+$/.test(user) ? user : `"${user.replace(/["\\]/g, "\\$&")}"`;
  if (/keys?\b/.test(error.message) && !/command/.test(error.message)) return `ACL SETUSER ${name} ~*`;
  return `ACL SETUSER ${name} +@read${error.command === "SELECT" ? " +select" : ""}`;
}
