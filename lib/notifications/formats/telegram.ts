import { reason } from "@/lib/base/messages/reason";
import { inLanguage, mapTexts } from "@/lib/notifications/formats/compose-text";
import {
  type AnswerVerdict,
  answerField,
  byStatus,
  type Format,
  formattedMessage,
  refused,
  type ServiceAnswer,
  secondsOf,
} from "@/lib/notifications/formats/format";
import { inert } from "@/lib/notifications/formats/inert";
import { cut, line } from "@/lib/notifications/formats/text";
import type { WebhookOf } from "@/lib/notifications/formats/webhook";

const TEXT_MAX = 4_096;
const SUMMARY_MAX = 2_000;
const FACT_MAX = 200;
const LABELS_MAX = 20;

/**
 * `sendMessage` of the Bot API. Without `parse_mode`, nothing must be escaped and no name can break the markup; but it
 * links addresses, mentions, tags and commands in plain text. Only critical alerts make a sound.
 */
export const telegram: Format<"telegram"> = {
  ...inLanguage((composed, { chat, thread }: WebhookOf<"telegram">) => {
    const { title, summary, facts, tone, colon } = mapTexts(composed(LABELS_MAX), inert);
    const rows = facts.map(([name, value]) => `${line(name, FACT_MAX)}${colon}${line(value, FACT_MAX)}`);
    const text = cut([line(title, FACT_MAX), cut(summary, SUMMARY_MAX), "", ...rows].join("\n"), TEXT_MAX);
    return formattedMessage(
      {
        chat_id: chat,
        ...(thread === null ? {} : { message_thread_id: thread }),
        text,
        disable_notification: tone !== "critical",
        link_preview_options: { is_disabled: true },
      },
      "/sendMessage",
    );
  }),
  accepted: telegramAccepted,
};

function telegramAccepted(answer: ServiceAnswer): AnswerVerdict {
  const verdict = byStatus(answer);
  if (!verdict.accepted) {
    return { ...verdict, retryAfterMs: secondsOf(answerField(answer.body, "parameters", "retry_after")) };
  }
  return answerField(answer.body, "ok") === true
    ? verdict
    : refused(reason("sendWithoutOk", { status: answer.status }));
}
