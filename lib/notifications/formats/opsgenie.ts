import { reason } from "@/lib/base/messages/reason";
import { composeText } from "@/lib/notifications/formats/compose-text";
import type { WebhookEvent } from "@/lib/notifications/formats/event";
import {
  type AnswerVerdict,
  answerField,
  byStatus,
  type Format,
  formattedMessage,
  refused,
  type ServiceAnswer,
} from "@/lib/notifications/formats/format";
import { shortId } from "@/lib/notifications/formats/short-id";
import { cut, line } from "@/lib/notifications/formats/text";

const MESSAGE_MAX = 130;
const ALIAS_MAX = 512;
const DESCRIPTION_MAX = 15_000;
const ENTITY_MAX = 512;
const TAGS_MAX = 20;
const TAG_MAX = 50;
/** Names and values of all details together. */
const DETAILS_MAX = 8_000;
const DETAIL_MAX = 300;
const SOURCE = "lastbeat";

/** Alert API v2 of Opsgenie, which is announced to be shut down. The alias identifies alerts to close or acknowledge. */
export const opsgenie: Format<"opsgenie"> = {
  write(event, { language }) {
    const alias = shortId(event.alert.id, ALIAS_MAX);
    const path = `/v2/alerts/${encodeURIComponent(alias)}`;
    const note = cut(event.alert.summary, DESCRIPTION_MAX);
    if (event.type === "alert.resolved")
      return formattedMessage({ source: SOURCE, note }, `${path}/close?identifierType=alias`);
    if (event.type === "alert.acknowledged") {
      return formattedMessage({ source: SOURCE, note }, `${path}/acknowledge?identifierType=alias`);
    }
    const { title, summary, facts, colon } = composeText(event, language, TAGS_MAX);
    return formattedMessage(
      {
        message: line(`${title}${colon}${summary}`, MESSAGE_MAX),
        alias,
        description: note,
        tags: tagsOf(event),
        details: detailsOf(facts),
        entity: line(
          event.alert.subject ?? event.alert.labels.client ?? event.alert.labels.queue ?? event.alert.rule,
          ENTITY_MAX,
        ),
        source: SOURCE,
        priority: priorityOf(event),
      },
      "/v2/alerts",
    );
  },
  accepted: opsgenieAccepted,
};

/** P5 is the lowest priority: a test wakes nobody. */
const priorityOf = ({ type, alert }: WebhookEvent): string =>
  type === "webhook.test" ? "P5" : alert.severity === "critical" ? "P1" : "P3";

/** A comma would separate two tags. */
const tagsOf = ({ alert }: WebhookEvent): string[] =>
  [SOURCE, alert.rule, alert.severity, ...Object.entries(alert.labels).map(([name, value]) => `${name}:${value}`)]
    .slice(0, TAGS_MAX)
    .map((tag) => line(tag.replaceAll(",", " "), TAG_MAX));

function detailsOf(facts: readonly (readonly [string, string])[]): Record<string, string> {
  const details: [string, string][] = [];
  let left = DETAILS_MAX;
  for (const [name, value] of facts) {
    const detail: [string, string] = [line(name, DETAIL_MAX), line(value, DETAIL_MAX)];
    left -= detail[0].length + detail[1].length;
    if (left < 0) break;
    details.push(detail);
  }
  return Object.fromEntries(details);
}

/**
 * Opsgenie answers 202 and processes the request later. A compatible server may answer another 2xx, but confirms it as
 * Opsgenie does; any other 2xx comes from another server at this address.
 */
function opsgenieAccepted(answer: ServiceAnswer): AnswerVerdict {
  const verdict = byStatus(answer);
  const isConfirmed = answer.status === 202 || answerField(answer.body, "result") === CONFIRMED;
  return verdict.accepted && !isConfirmed
    ? refused(reason("sendUnexpectedStatus", { status: answer.status }))
    : verdict;
}

const CONFIRMED = "Request will be processed";
