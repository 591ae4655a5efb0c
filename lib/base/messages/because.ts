import { reasons as english } from "@/lib/base/messages/en/reasons";
import type { Locale } from "@/lib/base/messages/locale";
import { readReason } from "@/lib/base/messages/reason";
import { renderReason } from "@/lib/base/messages/render-reason";
import { reasons as chinese } from "@/lib/base/messages/zh-CN/reasons";

/** Call sites that still make English sentences, by the former names of the codes. Goes with the last of them. */
const CODES = {
  tooLarge: "answerTooLarge",
  status: "httpStatus",
  statusSaid: "httpStatusWithText",
  notJson: "answerNotJson",
  noAnswerWithin: "noAnswerWithin",
  notReached: "notReachable",
  apiNotReached: "managementApiNotReachable",
  apiSlow: "managementApiSlow",
  notAList: "listExpected",
  notAnObject: "objectExpected",
  noMetric: "metricMissing",
  noMetricsWith: "metricsMissing",
  said: "endpointDenied",
  answered: "endpointStatus",
  notAUrl: "databaseUrlInvalid",
  mayNotRead: "permissionMissing",
  mayNotReadGrant: "grantMissing",
  passwordMissing: "passwordMissing",
  tlsNeeded: "tlsRequired",
  signInRefused: "loginRefused",
  overBudget: "queryOverBudget",
  inTheWay: "recoveryConflict",
  locked: "tableLocked",
  noSuchTable: "tableUndefined",
  noTable: "someTableUndefined",
  noSuchColumn: "columnUndefined",
  noColumn: "someColumnUndefined",
  otherType: "valueTypeUnexpected",
  doesNotFit: "schemaMismatch",
  refuses: "connectionRefused",
  unknownHost: "hostUnknown",
  noNameService: "nameServiceUnavailable",
  noWay: "hostUnreachable",
  closed: "connectionClosed",
  notInTime: "connectionTimedOut",
  noSocket: "socketMissing",
  noDatabase: "databaseMissing",
  noConnectionLeft: "tooManyConnections",
  shuttingDown: "serverShuttingDown",
  recovering: "serverRecovering",
  startingUp: "serverStartingUp",
  noTls: "tlsNotOffered",
  badCertificate: "certificateInvalid",
  unreadCode: "readFailedWithCode",
  unread: "readFailed",
  noStop: "stopNotAnnounced",
  schemaShut: "schemaUsageMissing",
  tableMissing: "tableMissing",
  tableElsewhere: "tableInOtherSchema",
  tooManyRequests: "tooManyRequests",
  unfiltered: "filterIgnored",
  tokenRefused: "tokenExpired",
  newTokenRefused: "newTokenRefused",
  nobodySignsIn: "apiHostNotPublic",
  secondFactor: "secondFactorRequired",
  unknownClient: "oauthClientUnknown",
  needsAdministrator: "administratorRequired",
  noRunners: "runnerApiMissing",
  redirected: "apiRedirected",
  tooOften: "rateLimited",
  notPeertube: "notPeertube",
  sentStatus: "sendStatus",
  sentRedirected: "sendRedirected",
  sentError: "sendErrorCode",
  sentWithoutOk: "sendWithoutOk",
  sentSilent: "sendUnconfirmed",
  sentBehind: "sendBackendStatus",
  sentInstead: "sendUnexpectedStatus",
  sentNoAnswer: "sendTimedOut",
  sentStopped: "sendStopped",
  sentRefused: "sendConnectionRefused",
  sentClosed: "sendConnectionClosed",
  sentUnresolved: "sendNameUnresolved",
  sentNot: "sendFailed",
  sentNoUrl: "sendUrlInvalid",
  sentNoHttp: "sendNotHttp",
  mailLogin: "mailLoginRefused",
  mailAnswered: "mailStatus",
  sentPrivate: "sendAddressPrivate",
  sentOff: "webhookDisabled",
  sentGone: "webhookRemoved",
  databaseNotWritten: "databaseNotWritable",
  databaseError: "databaseError",
  nothingKept: "nothingSaved",
  nobodyLooked: "deliveriesNotChecked",
  allFailing: "allWebhooksFailing",
} as const;

export const reason = (
  key: keyof typeof CODES,
  { said, ...facts }: Readonly<Record<string, string | number>>,
): string =>
  renderReason(readReason({ code: CODES[key], params: said === undefined ? facts : { ...facts, text: said } }));

/**
 * A stored reason in a language. What the catalogue does not have (the words of a driver or of another version) stays
 * English: better than nothing, and it is often looked for word by word.
 */
export function translateReason(locale: Locale, said: string): string {
  if (locale === "en") return said;
  for (const { text, pattern, names } of PATTERNS) {
    const found = pattern.exec(said);
    if (found === null) continue;
    const facts = new Map(names.map((name, at) => [name, found[at + 1] ?? ""]));
    // The reason why a webhook was switched off is one of these itself.
    const because = facts.get("reason");
    if (because !== undefined) facts.set("reason", translateReason(locale, because));
    return filled(text, facts);
  }
  return said;
}

const PLACEHOLDER = /\{([a-zA-Z]+)\}/g;

const filled = (text: string, facts: ReadonlyMap<string, string | number>): string =>
  text.replace(PLACEHOLDER, (_, name: string) => String(facts.get(name) ?? ""));

/** What of a text is not filled in: the more of it, the surer it is meant. */
const surety = (text: string): number => text.replace(PLACEHOLDER, "").length;

const [NUMBER, WORD] = ["\\d+(?:\\.\\d+)?", "\\S+?"];
/** What a placeholder can stand for: a sentence of others must not be taken for one of ours because it says "from". */
const SHAPES: ReadonlyMap<string, string> = new Map([
  ...["status", "seconds", "bytes", "count", "inside"].map((name) => [name, NUMBER] as const),
  ...["where", "address", "host", "code"].map((name) => [name, WORD] as const),
]);

/** Some say them with a full stop and some without. */
const patternOf = (text: string): RegExp =>
  new RegExp(
    `^${text
      .replace(/\.$/, "")
      .split(PLACEHOLDER)
      .map((part, at) =>
        at % 2 === 1 ? `(${SHAPES.get(part) ?? ".+?"})` : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
      )
      .join("")}\\.?$`,
    "s",
  );

const CHINESE: ReadonlyMap<string, string> = new Map(Object.entries(chinese.reasons));

const COMPOSED = ["verbatim", "endpointFailed", "queryFaults", "queryFault", "sendWithWord"];
const PATTERNS = Object.entries(english.reasons)
  .filter(([key]) => !COMPOSED.includes(key))
  .toSorted(([, a], [, b]) => surety(b) - surety(a))
  .map(([key, text]) => ({
    text: CHINESE.get(key) ?? text,
    pattern: patternOf(text),
    names: [...text.matchAll(PLACEHOLDER)].map(([, name = ""]) => name),
  }));
