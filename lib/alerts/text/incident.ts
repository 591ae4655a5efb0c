import { isBuiltIn } from "@/lib/alerts/catalogue/catalogue";
import { messagesFor } from "@/lib/alerts/catalogue/messages";
import { remedyOf } from "@/lib/alerts/catalogue/remedy";
import type { Alert } from "@/lib/alerts/model/alert";
import { more, sentenceOf } from "@/lib/alerts/text/summary";
import type { Locale } from "@/lib/base/messages/locale";

interface IncidentAlerts {
  readonly root: Alert;
  /** The root among them, those that fire before the others. */
  readonly alerts: readonly Alert[];
  readonly total: number;
}

/** The alert that speaks for an incident: its root while that fires, then the worst of those that still do. */
const currentOf = ({ root, alerts }: IncidentAlerts): Alert =>
  root.state === "firing" ? root : (alerts.find(({ state }) => state === "firing") ?? root);

/** What happened, and how many alerts belong to it. */
export function incidentSentence(incident: IncidentAlerts, locale: Locale): string {
  const sentence = sentenceOf(currentOf(incident), locale);
  return incident.total > 1 ? more(incident.total - 1, sentence, locale) : sentence;
}

/** What to do next; null for a rule of an operator's own, which has no advice. */
export function nextStepOf(incident: IncidentAlerts, locale: Locale): string | null {
  const { rule, facts } = currentOf(incident);
  const { remedies, ruleDocs } = messagesFor(locale);
  const remedy = facts === null ? null : remedyOf(rule, facts.context);
  if (remedy !== null) return remedies[remedy] ?? null;
  return isBuiltIn(rule) ? (ruleDocs[rule]?.next ?? null) : null;
}
