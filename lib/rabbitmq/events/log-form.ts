import { z } from "zod";

export type BrokerLogLevel = "debug" | "info" | "notice" | "warning" | "error" | "critical";

/** One message of the log without what the formatter adds. */
export interface LogText {
  /** null if the format has no level. */
  readonly level: BrokerLogLevel | null;
  /** At least one. The name of a client may contain line breaks. */
  readonly lines: readonly string[];
  readonly atMs: number | null;
}

/** The names of each level in the forms lc, lc3 and lc4 (source); uc, uc3 and uc4 are the same in capitals. */
const LEVEL_NAMES: ReadonlyMap<string, BrokerLogLevel> = new Map([
  ...(["debug", "dbg", "dbug"] as const).map((name) => [name, "debug"] as const),
  ...(["info", "inf"] as const).map((name) => [name, "info"] as const),
  ...(["notice", "ntc", "noti"] as const).map((name) => [name, "notice"] as const),
  ...(["warning", "wrn", "warn"] as const).map((name) => [name, "warning"] as const),
  ...(["error", "err", "erro"] as const).map((name) => [name, "error"] as const),
  ...(["critical", "crt", "crit", "alert", "alt", "alrt", "emergency", "emg", "emgc"] as const).map(
    (name) => [name, "critical"] as const,
  ),
]);
const levelNames = [...LEVEL_NAMES.keys()].flatMap((name) => [name, name.toUpperCase()]).join("|");

const DATE = String.raw`\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?`;
const EPOCH = String.raw`\d{10}\.\d{1,6}|\d{16}|\d{13}|\d{10}`;
/** What may be before the text of a message, whatever its order. Each is the broker's own: no client chooses it. */
const TIME = new RegExp(`(?:${DATE}|${EPOCH})(?![\\w.:])`, "y");
const LEVEL = new RegExp(`(?:${levelNames})(?!\\w)`, "y");
const OTHER_METADATA = [
  /<\d{1,10}\.\d{1,10}\.\d{1,10}>/y,
  /rabbitmq(?:\.[a-z_]+)*(?![\w.@])/y,
  /(?:time|timestamp|ts|level|lvl|severity|pid|domain|message|msg)=/y,
] as const;
const PUNCTUATION = /[\s[\](){}|,;:=-]+/y;

/** The coloured form has a code at both ends of each line (source). */
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
/** Beginnings of messages that a node writes all the time: the only evidence of a format without time, level and pid. */
const USUAL_BEGINNING =
  /^(?:accepting |closing |connection <|Error on |Channel error |User '|RabbitMQ is asked |SIGTERM |Server startup |HTTP access )/i;

/** The text of a message of the log exchange; null if its form is unknown. `sentMs` is about when the node wrote it. */
export function logTextOf(body: unknown, sentMs: number): LogText | null {
  return typeof body === "string" ? fromText(body, sentMs) : fromJson(body, sentMs);
}

interface Prefix {
  readonly length: number;
  readonly level: BrokerLogLevel | null;
  readonly time: string | null;
}

/** The formatter writes the same prefix before each line of a message (measured on 3.10.8). */
function fromText(coloured: string, sentMs: number): LogText | null {
  const [first = "", ...more] = linesOf(coloured.replace(COLOUR, ""));
  const prefix = prefixOf(first);
  if (prefix.length === 0 && !USUAL_BEGINNING.test(first)) return null;
  const repeated = first.slice(0, prefix.length);
  return {
    level: prefix.level,
    lines: [
      first.slice(prefix.length),
      ...more.map((line) => (line.startsWith(repeated) ? line.slice(repeated.length) : line)),
    ],
    atMs: prefix.time === null ? null : timeOf(prefix.time, sentMs),
  };
}

/** Empty without a time, a level or a pid. */
function prefixOf(line: string): Prefix {
  let prefix: Prefix = { length: 0, level: null, time: null };
  const read = (pattern: RegExp, at: number): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(line)?.[0] ?? null;
  };
  for (;;) {
    const start = prefix.length + (read(PUNCTUATION, prefix.length)?.length ?? 0);
    const time = read(TIME, start);
    const level = time === null ? read(LEVEL, start) : null;
    const metadata = time ?? level ?? OTHER_METADATA.map((pattern) => read(pattern, start)).find(Boolean) ?? null;
    if (metadata === null) return prefix.length === 0 ? prefix : { ...prefix, length: start };
    prefix = {
      length: start + metadata.length,
      level: prefix.level ?? levelOf(level),
      time: prefix.time ?? time,
    };
  }
}

const levelOf = (name: string | null): BrokerLogLevel | null => LEVEL_NAMES.get(name?.toLowerCase() ?? "") ?? null;

/** `field_map` may rename or drop each field; the AMQP library parses a body of `application/json` itself. */
const JsonObject = z.record(z.string(), z.unknown());

function fromJson(body: unknown, sentMs: number): LogText | null {
  const row = JsonObject.safeParse(body);
  if (!row.success) return null;
  const { msg, message, level, time } = row.data;
  const values = Object.values(row.data);
  const texts = values.filter((value) => typeof value === "string");
  const text = [msg, message].find((value) => typeof value === "string") ?? longestSentence(texts);
  if (typeof text !== "string") return null;
  const written = isTime(time) ? time : (values.find(isTime) ?? null);
  return {
    level: typeof level === "string" ? levelOf(level) : (texts.map(levelOf).find((name) => name !== null) ?? null),
    lines: linesOf(text),
    atMs: written === null ? null : timeOf(written, sentMs),
  };
}

/** Of the other fields only a time has a space in it. */
function longestSentence(texts: readonly string[]): string | null {
  const sentences = texts.filter((text) => text.trim().includes(" ") && !WHOLE_TIME.test(text));
  return sentences.toSorted((a, b) => b.length - a.length)[0] ?? null;
}

const WHOLE_TIME = new RegExp(`^(?:${DATE}|${EPOCH})$`);
const isTime = (value: unknown): value is string | number =>
  typeof value === "number" ? value > 1e9 : typeof value === "string" && WHOLE_TIME.test(value);

const linesOf = (text: string): string[] => text.replace(/\r?\n$/, "").split(/\r?\n/);

const QUARTER_MS = 15 * 60_000;

/** Epoch seconds or microseconds, RFC 3339, or the local time of the broker without its offset (`lager_default`). */
function timeOf(written: string | number, sentMs: number): number | null {
  const number = Number(written);
  if (Number.isFinite(number)) return epochMs(number);
  const hasOffset = /(?:Z|[+-]\d\d:?\d\d)$/.test(written.toString());
  const ms = Date.parse(`${written.toString().replace(" ", "T")}${hasOffset ? "" : "Z"}`);
  if (!Number.isFinite(ms)) return null;
  // Offsets are whole quarters of an hour.
  return hasOffset ? ms : ms - Math.round((ms - sentMs) / QUARTER_MS) * QUARTER_MS;
}

/** By its size: 1e11 seconds is the year 5138, 1e14 milliseconds as well. */
function epochMs(number: number): number {
  if (number < 1e11) return Math.round(number * 1_000);
  return Math.round(number < 1e14 ? number : number / 1_000);
}
