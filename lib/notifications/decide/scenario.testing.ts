import { keyOf } from "@/lib/alerts/engine/measure";
import type { Alert } from "@/lib/alerts/model/alert";
import type { Severity } from "@/lib/alerts/model/rule";
import { HOUR, MINUTE } from "@/lib/base/time/duration";
import { decideNotifications, type NotificationDecision } from "@/lib/notifications/decide/decide";
import { causesOf, type Inhibition } from "@/lib/notifications/decide/inhibit";
import type {
  Acknowledgement,
  Flapping,
  Mute,
  NotificationMemory,
  NotificationState,
  Receiver,
  Repeat,
} from "@/lib/notifications/decide/notification";

/** A small world of alerts and webhooks, minute by minute, put through the very fold the collector runs. For tests. */
export interface NotificationScenario {
  readonly nowMs: () => number;
  /** The instance `name` is warning, critical or well from now on. */
  readonly set: (name: string, is: Severity | null) => void;
  readonly silence: (names: readonly string[]) => void;
  readonly acknowledge: (name: string, forMs: number) => void;
  readonly unacknowledge: (name: string) => void;
  /** Time passes, and everything is looked at. */
  readonly look: (afterMs?: number) => NotificationDecision;
  /** The memory is built anew from what was kept. */
  readonly restart: () => void;
  readonly notice: (name: string) => NotificationState | undefined;
  readonly alert: (name: string) => Alert | undefined;
  readonly acknowledged: (name: string) => boolean;
}

export interface ScenarioSettings {
  readonly listeners?: readonly Receiver[];
  readonly inhibitions?: readonly Inhibition[];
  readonly repeat?: Repeat;
  readonly flapping?: Flapping;
}

const START_MS = Date.UTC(2026, 10, 21, 12);

export const aReceiver = (more: Partial<Receiver> = {}): Receiver => ({
  id: "ops",
  severities: ["warning", "critical"],
  sendResolved: true,
  group: null,
  ...more,
});

/** `webhook:ops` is a webhook; every other name is a client. */
const labelsOfName = (name: string): Readonly<Record<string, string>> =>
  name.startsWith("webhook:") ? { webhook: name.slice("webhook:".length) } : { broker: "main", client: name };

export function createScenario(settings: ScenarioSettings = {}): NotificationScenario {
  const { listeners = [aReceiver()], inhibitions = [] } = settings;
  const { repeat = { warning: null, critical: null } } = settings;
  const { flapping = { flips: 5, withinMs: 10 * MINUTE, calmMs: 5 * MINUTE } } = settings;
  let nowMs = START_MS;
  let memory: NotificationMemory = new Map();
  let silenced: readonly string[] = [];
  const alerts = new Map<string, Alert>();
  const resolved: Alert[] = [];
  const acknowledgements = new Map<string, Acknowledgement>();
  /** The rows of a database. */
  const rows = new Map<string, string>();

  const muteOf = (alert: Alert, causes: ReadonlyMap<string, Alert>): Mute | null => {
    if (silenced.includes(alert.labels.client ?? "")) return { by: "silence-window", id: "w", text: "", untilMs: 0 };
    const cause = causes.get(alert.id);
    return cause === undefined ? null : { by: "alert", id: cause.id, text: cause.summary };
  };
  const keep = (decided: NotificationDecision): void => {
    memory = decided.after;
    for (const notice of decided.changed) rows.set(notice.key, JSON.stringify(notice));
    for (const key of decided.forgotten) rows.delete(key);
    for (const { alertId } of decided.over) acknowledgements.delete(alertId);
  };
  return {
    nowMs: () => nowMs,
    set(name, is) {
      const known = alerts.get(name);
      if (is === null) {
        if (known !== undefined) resolved.push({ ...known, state: "resolved", resolvedMs: nowMs });
        alerts.delete(name);
      } else alerts.set(name, { ...(known ?? anAlert(name, nowMs)), severity: is });
    },
    silence: (names) => {
      silenced = names;
    },
    acknowledge(name, forMs) {
      const alert = alerts.get(name);
      if (alert === undefined) return;
      const { id, severity } = alert;
      const given = { by: "ann", atMs: nowMs, untilMs: nowMs + forMs, comment: "" };
      acknowledgements.set(id, { alertId: id, severity, ...given });
    },
    unacknowledge: (name) => void acknowledgements.delete(alerts.get(name)?.id ?? ""),
    look(afterMs = MINUTE) {
      nowMs += afterMs;
      const firing = [...alerts.values()];
      const causes = causesOf(firing, inhibitions);
      const decided = decideNotifications(memory, {
        ...{ firing, resolved: resolved.splice(0), muteOf: (alert) => muteOf(alert, causes) },
        ...{ acknowledgements, listeners, repeat, flapping, nowMs },
      });
      keep(decided);
      return decided;
    },
    restart() {
      const kept = [...rows.values()].map((text): NotificationState => JSON.parse(text));
      memory = new Map(kept.map((notice) => [notice.key, notice]));
    },
    notice: (name) => memory.get(keyOf(ruleOf(name), labelsOfName(name))),
    alert: (name) => alerts.get(name),
    acknowledged: (name) => {
      const given = acknowledgements.get(alerts.get(name)?.id ?? "");
      return given !== undefined && nowMs < given.untilMs;
    },
  };
}

/** `cause` is a rule of its own; everybody else is a lost client. */
const ruleOf = (name: string): string => (name === "cause" ? "clients-not-back" : "client-lost");

const anAlert = (name: string, nowMs: number): Alert => ({
  id: `${keyOf(ruleOf(name), labelsOfName(name))}-${nowMs.toString(36)}`,
  rule: ruleOf(name),
  severity: "warning",
  state: "firing",
  labels: labelsOfName(name),
  value: 1,
  threshold: 1,
  startedMs: nowMs,
  firedMs: nowMs,
  resolvedMs: null,
  summary: `${name} has not come back`,
  facts: null,
  inferred: true,
  acknowledgedBy: null,
  flapping: false,
  noData: false,
});

/** Told at one look: `firing:first`, or `-` for nothing. Several webhooks are told apart by their names. */
export const notificationTexts = ({ tellings }: NotificationDecision): string =>
  tellings.map(({ type, because }) => `${type.slice("alert.".length)}:${because}`).join(" ") || "-";

/** Words that do something before the look of their minute; several are joined by `+`. */
const WORDS: Readonly<Record<string, (scene: NotificationScenario) => void>> = {
  bad: (scene) => scene.set("a", "warning"),
  worse: (scene) => scene.set("a", "critical"),
  ok: (scene) => scene.set("a", null),
  mute: (scene) => scene.silence(["a"]),
  loud: (scene) => scene.silence([]),
  ack: (scene) => scene.acknowledge("a", 3 * MINUTE),
  acklong: (scene) => scene.acknowledge("a", 9 * HOUR),
  unack: (scene) => scene.unacknowledge("a"),
  cause: (scene) => scene.set("cause", "critical"),
  nocause: (scene) => scene.set("cause", null),
  restart: (scene) => scene.restart(),
  _: () => {},
};

/** Tells a story, a minute a word, and answers what was told in each. */
export function runStory(story: string, settings?: ScenarioSettings): string {
  const scene = createScenario(settings);
  return story
    .split(" ")
    .map((words) => {
      for (const word of words.split("+")) WORDS[word]?.(scene);
      return notificationTexts(scene.look());
    })
    .join(", ");
}
