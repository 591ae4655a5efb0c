import { inLanguage, type MessageTone, mapTexts } from "@/lib/notifications/formats/compose-text";
import {
  type AnswerVerdict,
  answerField,
  byStatus,
  type Format,
  formattedMessage,
  type ServiceAnswer,
  secondsOf,
} from "@/lib/notifications/formats/format";
import { withoutLinks } from "@/lib/notifications/formats/inert";
import { cut, line } from "@/lib/notifications/formats/text";

const TITLE_MAX = 256;
const DESCRIPTION_MAX = 2_048;
const FIELDS_MAX = 25;
const FIELD_NAME_MAX = 256;
const FIELD_VALUE_MAX = 1_024;
/** Title, description, fields and footer together. */
const MESSAGE_MAX = 6_000;
const FOOTER = "Lastbeat";

const COLOURS: Readonly<Record<MessageTone, number>> = {
  critical: 0xc0392b,
  warning: 0xd68910,
  good: 0x1e8449,
  quiet: 0x7f8c8d,
};

/** A webhook of Discord: one embed, with Markdown escaped, mentions disabled, and no address that it would link. */
export const discord: Format<"discord"> = {
  ...inLanguage((composed, _, atMs) => {
    const text = mapTexts(composed(FIELDS_MAX), withoutLinks);
    const title = line(text.title, TITLE_MAX, MARKDOWN);
    const description = cut(text.summary, DESCRIPTION_MAX, MARKDOWN);
    let left = MESSAGE_MAX - title.length - description.length - FOOTER.length;
    const fields: { name: string; value: string; inline: boolean }[] = [];
    for (const [name, value] of text.facts.slice(0, FIELDS_MAX)) {
      const field = {
        name: line(name, FIELD_NAME_MAX, MARKDOWN),
        // An empty value is refused.
        value: line(value, FIELD_VALUE_MAX, MARKDOWN).trim() || "—",
        inline: true,
      };
      left -= field.name.length + field.value.length;
      if (left < 0) break;
      fields.push(field);
    }
    const timestamp = new Date(atMs).toISOString();
    const embed = { title, description, color: COLOURS[text.tone], fields, footer: { text: FOOTER }, timestamp };
    return formattedMessage({ embeds: [embed], allowed_mentions: { parse: [] } });
  }),
  accepted: discordAccepted,
};

const MARKDOWN = { quote: (text: string) => text.replace(/[\\*_~`|<>[\]()#@]/g, "\\$&") };

/** The answer also says how long to wait, in seconds with a fraction. */
function discordAccepted(answer: ServiceAnswer): AnswerVerdict {
  const verdict = byStatus(answer);
  return verdict.accepted ? verdict : { ...verdict, retryAfterMs: secondsOf(answerField(answer.body, "retry_after")) };
}
