import type { AlertEvent } from "@/lib/alerts/rule";

/** Standard Webhooks asks for bodies under 20 kB. */
const BODY_BYTES_MAX = 20_000;
/** Characters left of one text, tried in turn: the first is no limit in practice, the last always fits. */
const TEXT_LENGTHS_MAX = [2_000, 500, 100, 40] as const;
/** Labels beyond these are dropped, in their own order: rules carry four, a file rule rarely more. */
const LABELS_MAX = 24;

/**
 * The exact text that is signed and sent: `{ type, timestamp (ISO), data: { alert } }`, under 20 kB of UTF-8. Texts
 * that are too long are cut with an ellipsis, never refused; the alert's id is never cut.
 */
export function standardBody(event: AlertEvent): string {
  for (const lengthMax of TEXT_LENGTHS_MAX) {
    const text = bodyOf(event, lengthMax);
    if (new TextEncoder().encode(text).length < BODY_BYTES_MAX) return text;
  }
  return bodyOf({ ...event, alert: { ...event.alert, labels: {} } }, Math.min(...TEXT_LENGTHS_MAX));
}

function bodyOf({ type, alert, atMs }: AlertEvent, lengthMax: number): string {
  const labels = Object.entries(alert.labels)
    .slice(0, LABELS_MAX)
    .map(([name, value]) => [cut(name, lengthMax), cut(value, lengthMax)]);
  const summary = cut(alert.summary, lengthMax);
  const timestamp = new Date(atMs).toISOString();
  return JSON.stringify({
    type,
    timestamp,
    data: { alert: { ...alert, labels: Object.fromEntries(labels), summary } },
  });
}

/** Half a surrogate pair at the cut would be no valid text. */
const cut = (text: string, lengthMax: number): string =>
  text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1).toWellFormed()}…`;
