import { reason } from "@/lib/base/messages/reason";
import { type ComposedText, inLanguage, mapTexts } from "@/lib/notifications/formats/compose-text";
import {
  type AnswerVerdict,
  answerField,
  byStatus,
  type Format,
  formattedMessage,
  refused,
  type ServiceAnswer,
} from "@/lib/notifications/formats/format";
import { inert, withoutLinks } from "@/lib/notifications/formats/inert";
import { cut, fitting, line, units } from "@/lib/notifications/formats/text";

const HEADER_MAX = 150;
const SECTION_MAX = 3_000;
/** Slack refuses about 13,000 characters of JSON although each block is allowed (bolt-js#2509). */
const BLOCKS_MAX = 12_000;
const FIELDS_PER_SECTION = 10;
const FIELD_MAX = 300;

/** An incoming webhook of Slack: blocks, and a text for notifications. Names cannot mention, link or format. */
export const slack: Format<"slack"> = {
  ...inLanguage((composed) =>
    formattedMessage(fitting(BLOCKS_MAX, (size) => messageOf(composed(size.labels), size.text), units)),
  ),
  accepted: slackAccepted,
};

function messageOf(composed: ComposedText, textMax: number) {
  const { title, summary, facts, colon } = mapTexts(composed, withoutLinks);
  const max = Math.min(FIELD_MAX, textMax);
  const fields = facts.map(([name, value]) => plain(`${line(name, max / 2)}\n${line(value, max)}`));
  const sections = chunks(fields, FIELDS_PER_SECTION).map((part) => ({ type: "section", fields: part }));
  return {
    // Of notifications, and all that compatible receivers show: those mention by a bare @.
    text: `${line(inert(composed.title), HEADER_MAX, MARKUP)}${colon}${line(inert(composed.summary), max, MARKUP)}`,
    mrkdwn: false,
    blocks: [
      { type: "header", text: plain(line(title, HEADER_MAX)) },
      { type: "section", text: plain(cut(summary, Math.min(SECTION_MAX, textMax))) },
      ...sections,
    ],
  };
}

/** Slack's own markup has no escapes for `*`, `_`, `~` and backticks, so nothing is in it. */
const plain = (text: string) => ({ type: "plain_text", text, emoji: false });

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const MARKUP = { quote: (text: string) => text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character) };

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));
}

/** A code word of Slack has an underscore, such as `invalid_payload`, or says itself that it is an error. */
const CODE_WORD = /^[a-z]+(?:_[a-z]+)+$/;
const ERROR_TEXT = /error|fail|invalid|denied|forbidden|unauthori[sz]ed|ratelimited|not found/i;
const WORD_LENGTH_MAX = 40;

/**
 * Slack answers `ok`, or a code word. Compatible receivers (Rocket.Chat, Mattermost, Zulip, Gogs) and Slack's workflow
 * triggers answer in other ways, so a 2xx without an error counts as accepted. A page of HTML comes from another server.
 */
function slackAccepted(answer: ServiceAnswer): AnswerVerdict {
  const { status } = answer;
  const body = answer.body.trim();
  const verdict = byStatus(answer);
  const word = errorWordOf(body);
  if (
    verdict.accepted &&
    word === null &&
    (isErrorObject(body) || body.startsWith("<") || ERROR_TEXT.test(textOf(body)))
  )
    return refused(reason("sendWithoutOk", { status }));
  if (verdict.accepted && word === null) return verdict;
  const why = verdict.accepted ? reason("sendStatus", { status }) : verdict.reason;
  return refused(word === null ? why : reason("sendWithWord", { reason: why, word }));
}

/** The code word of an error: the whole answer, or its field `error`; null without one. */
function errorWordOf(body: string): string | null {
  const error = answerField(body, "error");
  const word = typeof error === "string" ? error : body;
  const isCode = typeof error === "string" ? /^[a-z_]+$/.test(word) : isCodeWord(word);
  return isCode && word.length <= WORD_LENGTH_MAX ? word : null;
}

const isCodeWord = (text: string): boolean => CODE_WORD.test(text) || (/^[a-z]+$/.test(text) && ERROR_TEXT.test(text));

/** `{"ok":false}`, `{"success":false}`, `{"result":"error"}` or `{"error":…}`. */
function isErrorObject(body: string): boolean {
  const error = answerField(body, "error");
  const result = answerField(body, "result");
  return (
    answerField(body, "ok") === false ||
    answerField(body, "success") === false ||
    (typeof result === "string" && ERROR_TEXT.test(result)) ||
    (error !== undefined && error !== null && error !== false && error !== "")
  );
}

/** The answer where it is plain text: the fields of an object may echo the message. */
const textOf = (body: string): string => (/^[[{]/.test(body) ? "" : body);
