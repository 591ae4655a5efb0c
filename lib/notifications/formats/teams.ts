import { reason } from "@/lib/base/messages/reason";
import { MINUTE } from "@/lib/base/time/duration";
import { inLanguage, type MessageTone, mapTexts } from "@/lib/notifications/formats/compose-text";
import {
  type AnswerVerdict,
  byStatus,
  type Format,
  formattedMessage,
  refused,
  type ServiceAnswer,
} from "@/lib/notifications/formats/format";
import { withoutLinks } from "@/lib/notifications/formats/inert";
import { cut, fitting, line } from "@/lib/notifications/formats/text";

/** Teams allows about 28 KB, which include what it adds itself. */
const BODY_BYTES_MAX = 24_000;
const TITLE_MAX = 200;

const COLOURS: Readonly<Record<MessageTone, string>> = {
  critical: "attention",
  warning: "warning",
  good: "good",
  quiet: "default",
};

/** An Adaptive Card for a Workflows webhook of Teams. Text runs have no Markdown, so names cannot link or mention. */
export const teams: Format<"teams"> = {
  ...inLanguage((composed) =>
    formattedMessage(
      fitting(BODY_BYTES_MAX, (size) => {
        const { title, summary, facts, tone, colon } = mapTexts(composed(size.labels), withoutLinks);
        const heading = { weight: "Bolder", size: "Medium", color: COLOURS[tone] };
        const rows = facts.map(([name, value]) =>
          rich([run(`${line(name, size.text)}${colon}`, { weight: "Bolder" }), run(line(value, size.text))]),
        );
        const content = {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          msteams: { width: "Full" },
          body: [rich([run(line(title, TITLE_MAX), heading)]), rich([run(cut(summary, size.text))]), ...rows],
        };
        const contentType = "application/vnd.microsoft.card.adaptive";
        return { type: "message", attachments: [{ contentType, contentUrl: null, content }] };
      }),
    ),
  ),
  accepted: teamsAccepted,
};

const run = (text: string, style: Readonly<Record<string, string>> = {}) => ({ type: "TextRun", text, ...style });
const rich = (inlines: readonly ReturnType<typeof run>[]) => ({ type: "RichTextBlock", inlines });

/** Some gateways of Teams answer 200 and report a failure of the backend in the body, such as throttling. */
function teamsAccepted(answer: ServiceAnswer): AnswerVerdict {
  const verdict = byStatus(answer);
  const backendStatus = /returned HTTP error (\d{3})/.exec(answer.body)?.[1];
  if (!verdict.accepted || backendStatus === undefined) return verdict;
  const { status } = answer;
  return refused(reason("sendBackendStatus", { status, backendStatus }), backendStatus === "429" ? MINUTE : null);
}
