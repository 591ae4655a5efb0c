import { type ComposedText, inLanguage, type MessageTone } from "@/lib/notifications/formats/compose-text";
import { byStatus, type Format, formattedMessage } from "@/lib/notifications/formats/format";
import { cut, line } from "@/lib/notifications/formats/text";

/** Mail clients list some sixty characters; RFC 5322 allows less than 998 a line. */
const SUBJECT_MAX = 200;
/** Mail servers accept a megabyte; more than this is not read. */
const TEXT_MAX = 20_000;
const SUMMARY_MAX = 2_000;
const NAME_MAX = 100;
const FACT_MAX = 300;
const ROWS_MAX = 50;

const COLOURS: Readonly<Record<MessageTone, string>> = {
  critical: "#b42318",
  warning: "#b54708",
  good: "#067647",
  quiet: "#475467",
};

/** The content of a mail, before it has addresses and an id. */
export interface MailText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A mail as text and as HTML. Names and sentences from outside are cut, put on one line and escaped. */
export const email: Format<"email"> = {
  ...inLanguage((composed) => formattedMessage({ ...textOf(composed(ROWS_MAX)) }, "", "multipart/alternative")),
  accepted: byStatus,
};

function textOf({ title, summary, facts, tone, colon }: ComposedText): MailText {
  const subject = line(`${title}${colon}${summary}`, SUBJECT_MAX).trim();
  const rows = facts.map(([name, value]) => [line(name, NAME_MAX), line(value, FACT_MAX)] as const);
  const sentence = cut(summary, SUMMARY_MAX);
  const plain = [line(title, SUBJECT_MAX), sentence, "", ...rows.map(([name, value]) => `${name}${colon}${value}`)];
  return { subject, text: `${cut(plain.join("\n"), TEXT_MAX)}\n`, html: htmlOf({ title, sentence, rows, tone }) };
}

function htmlOf(mail: {
  readonly title: string;
  readonly sentence: string;
  readonly rows: readonly (readonly [string, string])[];
  readonly tone: MessageTone;
}): string {
  const cells = mail.rows.map(
    ([name, value]) =>
      `<tr><td style="padding:2px 16px 2px 0;color:#475467;vertical-align:top">${escaped(name)}</td><td>${escaped(value)}</td></tr>`,
  );
  return [
    '<!doctype html><html><body style="font-family:sans-serif;font-size:14px;color:#101828">',
    `<p style="font-weight:bold;color:${COLOURS[mail.tone]}">${escaped(line(mail.title, SUBJECT_MAX))}</p>`,
    `<p>${escaped(mail.sentence)}</p>`,
    `<table style="border-collapse:collapse;font-size:13px">${cells.join("")}</table>`,
    "</body></html>",
  ].join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character).replaceAll("\n", "<br>");
