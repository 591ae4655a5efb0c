import { z } from "zod";

/** What to write instead of a character that a URL reserves. It holds no part of the value. */
export const PERCENT_ENCODE =
  "percent-encode the user and the password: % as %25, / as %2F, ? as %3F, # as %23, @ as %40 (an @ in the path, too)";

const urlOf = (protocol: RegExp, message: string, isEncoded: (text: string) => boolean) =>
  z.string().superRefine((text, context) => {
    const fault = !isEncoded(text) ? PERCENT_ENCODE : protocol.test(URL.parse(text)?.protocol ?? "") ? null : message;
    if (fault !== null) context.addIssue({ code: "custom", message: fault });
  });

const HTTP = "an http:// or https:// URL";
/** A receiver of webhooks or pings: services have URLs with an @ in their paths, such as older ones of Teams. */
export const httpUrl = urlOf(/^https?:$/, HTTP, hasDecodableCredentials);
/** What Lastbeat reads, usually with a user and a password. */
export const endpointUrl = urlOf(/^https?:$/, HTTP, hasEncodedCredentials);
export const amqpUrl = urlOf(/^amqps?:$/, "an amqp:// or amqps:// URL", hasEncodedCredentials);
export const databaseUrl = urlOf(/^postgres(ql)?:$/, "a postgres:// URL", hasEncodedCredentials);

/** The path is the number of a database. */
export const redisUrl = urlOf(/^rediss?:$/, "a redis:// or rediss:// URL", hasEncodedCredentials).refine(
  (text) => !/^rediss?:/i.test(text) || /^\/?\d{0,5}$/.test(URL.parse(text)?.pathname ?? ""),
  "the path of a Redis URL is the number of a database, such as redis://host:6379/0",
);

/** How the connection is encrypted, in MySQL's own words. PREFERRED is left out: whoever is in between could refuse TLS. */
export const MYSQL_SSL_MODES = ["DISABLED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"] as const;

/** The path is the name of a database. */
export const mysqlUrl = urlOf(/^(mysql|mariadb):$/, "a mysql:// or mariadb:// URL", hasEncodedCredentials)
  .refine(
    (text) => !/^(mysql|mariadb):/i.test(text) || /^\/[^/]+$/.test(URL.parse(text)?.pathname ?? ""),
    "the path names the database, such as mysql://host:3306/app",
  )
  .refine(
    (text) => {
      const mode = URL.parse(text)?.searchParams.get("ssl-mode") ?? "DISABLED";
      return MYSQL_SSL_MODES.some((known) => known === mode.toUpperCase());
    },
    `ssl-mode is one of ${MYSQL_SSL_MODES.join(", ")}`,
  );

/**
 * One of several kinds of URL: the fault is that of the kind whose scheme it has, which a union would replace by one
 * sentence for all.
 */
export const urlOfKinds = (
  kinds: readonly { readonly scheme: RegExp; readonly url: z.ZodType<string, string> }[],
  message: string,
) =>
  z.string().superRefine((text, context) => {
    const kind = kinds.find(({ scheme }) => scheme.test(text));
    const faults =
      kind === undefined ? [message] : (kind.url.safeParse(text).error?.issues.map((one) => one.message) ?? []);
    for (const fault of faults) context.addIssue({ code: "custom", message: fault });
  });

/** Whether each percent sign in user and password starts an encoded character. */
export function hasDecodableCredentials(text: string): boolean {
  const { user, password } = partsOf(text);
  return isDecodable(user) && isDecodable(password);
}

/**
 * Whether user and password contain no character that ends them early. A URL such as `http://monitor:12/34@host` is
 * valid, but its host is `monitor`, and a part of the password would be shown as its path.
 */
export function hasEncodedCredentials(text: string): boolean {
  const { user, password, path, query, hash } = partsOf(text);
  return (
    [user, password, path].every(isDecodable) &&
    ![password, path, hash].some((part) => part.includes("@")) &&
    query.split("&").every(isParameterOrHasNoAt)
  );
}

/** `?user=me@server` is a parameter of the driver; `?34@host` is the end of a password. */
const isParameterOrHasNoAt = (parameter: string): boolean => !parameter.includes("@") || /^[A-Za-z_]+=/.test(parameter);

function isDecodable(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

/** The parts as they are written; `URL` encodes an @ in the password before it can be seen. */
function partsOf(text: string) {
  const [, authority = "", path = "", query = "", hash = ""] =
    /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#\\]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text.trim()) ?? [];
  const at = authority.lastIndexOf("@");
  const userInfo = at < 0 ? "" : authority.slice(0, at);
  const colon = userInfo.indexOf(":");
  const user = colon < 0 ? userInfo : userInfo.slice(0, colon);
  return { user, password: colon < 0 ? "" : userInfo.slice(colon + 1), path, query, hash };
}
