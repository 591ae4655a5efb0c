import { MINUTE } from "@/lib/base/time/duration";
import { inLanguage } from "@/lib/notifications/formats/compose-text";
import { byCode, type Format, formattedMessage } from "@/lib/notifications/formats/format";
import { markdown, markdownTitle } from "@/lib/notifications/formats/markdown";
import { bytes, fitting } from "@/lib/notifications/formats/text";
import type { WebhookOf } from "@/lib/notifications/formats/webhook";

const BODY_BYTES_MAX = 20_000;
const TEXT_BYTES_MAX = 5_000;
const TITLE_MAX = 64;
const LABELS_MAX = 20;

/** After more than 20 messages a minute, the robot is blocked for ten minutes. */
const BUSY: Readonly<Record<number, number>> = { 130101: 10 * MINUTE };

/** A custom robot of DingTalk. `buildRequest` puts time and signature into the address. */
export const dingtalk: Format<"dingtalk"> = {
  ...inLanguage((composed, { at }: WebhookOf<"dingtalk">) =>
    formattedMessage(
      fitting(BODY_BYTES_MAX, (size) => {
        const text = composed(Math.min(size.labels, LABELS_MAX));
        // The text must name the people to notify as well.
        const names = [...at.mobiles, ...at.userIds].map((person) => `@${person}`).join(" ");
        const content = markdown(text, {
          max: TEXT_BYTES_MAX,
          measure: bytes,
          titleMax: 3 * TITLE_MAX,
          factMax: Math.min(size.text, 200),
          tail: names === "" ? "" : `\n\n${names}`,
        });
        return {
          msgtype: "markdown",
          markdown: { title: markdownTitle(text.title, TITLE_MAX), text: content },
          at: { atMobiles: [...at.mobiles], atUserIds: [...at.userIds], isAtAll: at.all },
        };
      }),
    ),
  ),
  accepted: (answer) => byCode(answer, ["errcode"], BUSY),
};
