import { MINUTE } from "@/lib/base/time/duration";
import { inLanguage, type MessageTone, mapTexts } from "@/lib/notifications/formats/compose-text";
import { byCode, type Format, formattedMessage } from "@/lib/notifications/formats/format";
import { withoutLinks } from "@/lib/notifications/formats/inert";
import { cut, fitting, line } from "@/lib/notifications/formats/text";

/** The limit of 20 KB without what a signature adds. */
const BODY_BYTES_MAX = 19_500;
const TITLE_MAX = 200;

const COLOURS: Readonly<Record<MessageTone, string>> = {
  critical: "red",
  warning: "orange",
  good: "green",
  quiet: "grey",
};

/** Too many messages (100 a minute, 5 a second), or the overload at each full and half hour. */
const BUSY: Readonly<Record<number, number>> = { 9499: MINUTE, 11232: MINUTE };

/** A custom bot of Feishu or Lark: a card of plain texts, so names cannot mention. `buildRequest` adds the signature. */
export const feishu: Format<"feishu"> = {
  ...inLanguage((composed) =>
    formattedMessage(
      fitting(BODY_BYTES_MAX, (size) => {
        const { title, summary, facts, tone, colon } = mapTexts(composed(size.labels), withoutLinks);
        const fields = facts.map(([name, value]) => ({
          is_short: true,
          text: plain(`${line(name, size.text)}${colon}${line(value, size.text)}`),
        }));
        return {
          msg_type: "interactive",
          card: {
            config: { wide_screen_mode: true },
            header: { template: COLOURS[tone], title: plain(line(title, TITLE_MAX)) },
            elements: [
              { tag: "div", text: plain(cut(summary, size.text)) },
              { tag: "div", fields },
            ],
          },
        };
      }),
    ),
  ),
  // Older bots answer with StatusCode.
  accepted: (answer) => byCode(answer, ["code", "StatusCode"], BUSY),
};

const plain = (content: string) => ({ tag: "plain_text", content });
