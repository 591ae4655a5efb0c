/**
 * How 0010 and 0011 turn the English sentences of older versions into reasons. A released migration is never edited, so
 * these are the sentences of that time, whatever the catalogue says today.
 */
interface FormerReason {
  readonly code: string;
  /** A regular expression of PostgreSQL; one group for each parameter. */
  readonly pattern: string;
  /** A name that ends in `#` is a number, and `reason` is converted itself. */
  readonly params?: readonly string[];
}

export const CONVERSION = "lastbeat.reason_from_text";
export const DROP_CONVERSION = `DROP FUNCTION ${CONVERSION}(text)`;

/** A function that converts one text: the first pattern that matches decides, what none matches is verbatim. */
export const createConversion = (former: readonly FormerReason[]): string =>
  `CREATE FUNCTION ${CONVERSION}(sentence text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  former record;
  found text[];
BEGIN
  IF sentence IS NULL THEN RETURN NULL; END IF;
  FOR former IN SELECT * FROM (VALUES ${former.map(rowOf).join(",\n    ")}) AS t (code, pattern, names) LOOP
    found := regexp_match(sentence, former.pattern);
    IF found IS NULL THEN CONTINUE; END IF;
    RETURN jsonb_build_object('code', former.code, 'params', (
      SELECT coalesce(jsonb_object_agg(rtrim(name, '#'), CASE
        WHEN name = 'reason' THEN ${CONVERSION}(found[place])
        WHEN name LIKE '%#' THEN to_jsonb(found[place]::numeric)
        ELSE to_jsonb(found[place]) END), '{}')
      FROM unnest(former.names) WITH ORDINALITY AS n (name, place)));
  END LOOP;
  RETURN jsonb_build_object('code', 'verbatim', 'params', jsonb_build_object('text', sentence));
END $$`;

const rowOf = ({ code, pattern, params = [] }: FormerReason): string =>
  `(${quoted(code)}, ${quoted(`^${pattern}$`)}, ARRAY[${params.map(quoted).join(", ")}]::text[])`;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Why an attempt at a delivery failed, or a webhook was switched off. */
export const FORMER_DELIVERY_REASONS: readonly FormerReason[] = [
  { code: "sendStatus", pattern: "answered (\\d+)", params: ["status#"] },
  { code: "sendRedirected", pattern: "answered (\\d+): redirects are not followed", params: ["status#"] },
  { code: "sendErrorCode", pattern: "answered error (-?\\d+)", params: ["code#"] },
  { code: "sendWithoutOk", pattern: "answered (\\d+) without ok", params: ["status#"] },
  { code: "sendUnconfirmed", pattern: "answered 200 without saying that it took the message" },
  {
    code: "sendBackendStatus",
    pattern: "answered (\\d+), and (\\d+) behind it",
    params: ["status#", "backendStatus"],
  },
  { code: "sendUnexpectedStatus", pattern: "answered (\\d+) instead of 202", params: ["status#"] },
  { code: "sendTimedOut", pattern: "no answer within (\\d+(?:\\.\\d+)?) s", params: ["seconds#"] },
  { code: "sendStopped", pattern: "stopped before an answer came" },
  { code: "sendConnectionRefused", pattern: "the connection was refused" },
  { code: "sendConnectionClosed", pattern: "the connection was closed before an answer came" },
  { code: "sendNameUnresolved", pattern: "the name could not be resolved" },
  { code: "sendFailed", pattern: "could not be sent \\((.*)\\)", params: ["code"] },
  { code: "sendUrlInvalid", pattern: "the address is not a URL" },
  { code: "sendNotHttp", pattern: "only http and https are sent to" },
  { code: "sendAddressPrivate", pattern: "the address is private or reserved; allowPrivate permits private ones" },
  {
    code: "sendWithWord",
    pattern: "(answered \\d+(?:: redirects are not followed)?) ([a-z_]{1,40})",
    params: ["reason", "word"],
  },
  { code: "deliveryUnreadable", pattern: "what was stored is no event" },
  { code: "mailLoginRefused", pattern: "the mail server refused the login (\\d+)", params: ["status#"] },
  { code: "mailStatus", pattern: "the mail server answered (\\d+)", params: ["status#"] },
  {
    code: "mailRecipientsRefused",
    pattern: "(\\d+) of (\\d+) recipients were refused",
    params: ["count#", "total#"],
  },
  { code: "mailTlsUntrusted", pattern: "no trusted TLS connection came about" },
  { code: "mailAddressesRefused", pattern: "the addresses were refused" },
  { code: "webhookDisabled", pattern: "the webhook is switched off: it (.*)", params: ["reason"] },
  { code: "webhookRemoved", pattern: "the webhook is no longer in the configuration" },
];

/** Why a broker could not be seen: what its management API did not answer. */
export const FORMER_BROKER_REASONS: readonly FormerReason[] = [
  {
    code: "managementApiNotReachable",
    pattern: "the management API could not be reached \\((.*)\\)",
    params: ["code"],
  },
  { code: "answerTooLarge", pattern: "(/\\S+) answered more than (\\d+) bytes", params: ["where", "bytes#"] },
  {
    code: "answerNotJson",
    pattern: "(/\\S+) answered something that is not JSON, or was cut off",
    params: ["where"],
  },
  {
    code: "noAnswerWithin",
    pattern: "(/\\S+) gave no answer within (\\d+(?:\\.\\d+)?) s",
    params: ["where", "seconds#"],
  },
  { code: "listExpected", pattern: "(/\\S+): expected a list", params: ["where"] },
  { code: "objectExpected", pattern: "(/\\S+): expected an object", params: ["where"] },
  { code: "httpStatus", pattern: "(\\d+) from (/[^\\s:]+)", params: ["status#", "where"] },
  { code: "httpStatusWithText", pattern: "(\\d+) from (/[^\\s:]+): (.*)", params: ["status#", "where", "text"] },
];

/** Of a session's end only one sentence was our own; every other one is the broker's. A rewrite of a large table: no function. */
export const endDetail = (column: string): string => `CASE
  WHEN ${column} IS NULL THEN NULL
  WHEN ${column} = 'no stop was announced' THEN '{"code":"stopNotAnnounced","params":{}}'::jsonb
  ELSE jsonb_build_object('code', 'verbatim', 'params', jsonb_build_object('text', ${column})) END`;
