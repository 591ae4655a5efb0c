import { reason } from "@/lib/base/messages/reason";
import { type ComposedText, inLanguage } from "@/lib/notifications/formats/compose-text";
import {
  type AnswerVerdict,
  byStatus,
  type Format,
  formattedMessage,
  refused,
  type ServiceAnswer,
} from "@/lib/notifications/formats/format";
import { cut, fitting, line, units } from "@/lib/notifications/formats/text";

const HEADER_MAX = 150;
const SECTION_MAX = 3_000;
/** Slack refuses about 13,000 characters of JSON although each block is allowed (bolt-js#2509). */
const BLOCKS_MAX = 12_000;
const FIELDS_PER_SECTION = 10;
const FIELD_MAX = 300;

/** An incoming webhook of Slack: blocks, and a text for notifications. Names cannot mention or link. */
export const slack: Format<"slack"> = {
  ...inLanguage((composed) =>
    formattedMessage(fitting(BLOCKS_MAX, (size) => messageOf(composed(size.labels), size.text), units)),
  ),
  accepted: slackAccepted,
};

function messageOf({ title, summary, facts, colon }: ComposedText, textMax: number) {
  const max = Math.min(FIELD_MAX, textMax);
  const fields = facts.map(([name, value]) => mrkdwn(`*${line(name, max / 2, MARKUP)}*\n${line(value, max, MARKUP)}`));
  const sections = chunks(fields, FIELDS_PER_SECTION).map((part) => ({ type: "section", fields: part }));
  return {
    text: `${line(title, HEADER_MAX, MARKUP)}${colon}${line(summary, max, MARKUP)}`,
    blocks: [
      { type: "header", text: { type: "plain_text", text: line(title, HEADER_MAX), emoji: false } },
      { type: "section", text: mrkdwn(cut(summary, Math.min(SECTION_MAX, textMax), MARKUP)) },
      ...sections,
    ],
  };
}

const mrkdwn = (text: string) => ({ type: "mrkdwn", text, verbatim: true });

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const MARKUP = { quote: (text: string) => text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character) };

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));
}

/** Slack answers `ok`, or a code word such as `invalid_payload`. */
function slackAccepted(answer: ServiceAnswer): AnswerVerdict {
  const { status } = answer;
  const body = answer.body.trim();
  if (body === "ok") return byStatus(answer);
  const word = /^[a-z_]{1,40}$/.test(body) ? body : null;
  const verdict = byStatus(answer);
  if (verdict.accepted && word === null) return refused(reason("sendWithoutOk", { status }));
  const why = verdict.accepted ? reason("sendStatus", { status }) : verdict.reason;
  return refused(word === null ? why : reason("sendWithWord", { reason: why, word }));
}
