import { keyOf } from "@/lib/alerts/engine/measure";
import { causesOf, type Inhibition } from "@/lib/alerts/incidents/inhibit";
import type { Alert } from "@/lib/alerts/model/alert";
import type { Severity } from "@/lib/alerts/model/rule";
import { HOUR, MINUTE } from "@/lib/base/time/duration";
import { decideNotifications, type NotificationDecision } from "@/lib/notifications/decide/decide";
import type {
  Acknowledgement,
  Flapping,
  Mute,
  NotificationMemory,
  NotificationState,
  Receiver,
  Repeat,
} from "@/lib/notifications/decide/notification";

/** Alerts and webhooks, minute by minute, run through the same fold as in the collector. */
export interface NotificationScenario {
  readonly nowMs: () => number;
  /** From now on the instance `name` is warning, critical or (null) well. */
  readonly set: (name: string, is: Severity | null) => void;
  readonly silence: (names: readonly string[]) => void;
  readonly acknowledge: (name: string, forMs: number) => void;
  readonly unacknowledge: (name: string) => void;
  /** Time passes, and everything is evaluated. */
  readonly evaluate: (afterMs?: number) => NotificationDecision;
  /** The memory is loaded from what was saved. */
  readonly restart: () => void;
  readonly state: (name: string) => NotificationState | undefined;
  readonly alert: (name: string) => Alert | undefined;
  readonly isAcknowledged: (name: string) => boolean;
}

export interface ScenarioSettings {
  readonly receivers?: readonly Receiver[];
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
  const { receivers = [aReceiver()], inhibitions = [] } = settings;
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
  const save = (decided: NotificationDecision): void => {
    memory = decided.after;
    for (const state of decided.changed) rows.set(state.key, JSON.stringify(state));
    for (const key of decided.deletedKeys) rows.delete(key);
    for (const { alertId } of decided.endedAcknowledgements) acknowledgements.delete(alertId);
  };
  return {
    nowMs: () => nowMs,
    set(name, is) {
      const current = alerts.get(name);
      if (is === null) {
        if (current !== undefined) resolved.push({ ...current, state: "resolved", resolvedMs: nowMs });
        alerts.delete(name);
      } else alerts.set(name, { ...(current ?? anAlert(name, nowMs)), severity: is });
    },
    silence: (names) => {
      silenced = names;
    },
    acknowledge(name, forMs) {
      const alert = alerts.get(name);
      if (alert === undefined) return;
      const { id, severity } = alert;
      const untilMs = nowMs + forMs;
      acknowledgements.set(id, { alertId: id, by: "ann", atMs: nowMs, untilMs, comment: "", severity });
    },
    unacknowledge: (name) => void acknowledgements.delete(alerts.get(name)?.id ?? ""),
    evaluate(afterMs = MINUTE) {
      nowMs += afterMs;
      const firing = [...alerts.values()];
      const causes = causesOf(firing, inhibitions);
      const decided = decideNotifications(memory, {
        firing,
        resolved: resolved.splice(0),
        muteOf: (alert) => muteOf(alert, causes),
        acknowledgements,
        receivers,
        repeat,
        flapping,
        nowMs,
      });
      save(decided);
      return decided;
    },
    restart() {
      const saved = [...rows.values()].map((text): NotificationState => JSON.parse(text));
      memory = new Map(saved.map((state) => [state.key, state]));
    },
    state: (name) => memory.get(keyOf(ruleOf(name), labelsOfName(name))),
    alert: (name) => alerts.get(name),
    isAcknowledged: (name) => {
      const acknowledgement = acknowledgements.get(alerts.get(name)?.id ?? "");
      return acknowledgement !== undefined && nowMs < acknowledgement.untilMs;
    },
  };
}

/** `cause` mutes all others of its broker; every other name is a lost client. */
const ruleOf = (name: string): string => (name === "cause" ? "broker-unreachable" : "client-lost");

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
  incident: null,
});

/** The notifications of one evaluation: `firing:first`, or `-` for none. */
export const notificationTexts = ({ notifications }: NotificationDecision): string =>
  notifications.map(({ type, reason }) => `${type.slice("alert.".length)}:${reason}`).join(" ") || "-";

/** The words of a story. Each acts before the evaluation of its minute; `+` joins several. */
const WORDS: Readonly<Record<string, (scenario: NotificationScenario) => void>> = {
  bad: (scenario) => scenario.set("a", "warning"),
  worse: (scenario) => scenario.set("a", "critical"),
  ok: (scenario) => scenario.set("a", null),
  mute: (scenario) => scenario.silence(["a"]),
  loud: (scenario) => scenario.silence([]),
  ack: (scenario) => scenario.acknowledge("a", 3 * MINUTE),
  acklong: (scenario) => scenario.acknowledge("a", 9 * HOUR),
  unack: (scenario) => scenario.unacknowledge("a"),
  cause: (scenario) => scenario.set("cause", "critical"),
  nocause: (scenario) => scenario.set("cause", null),
  restart: (scenario) => scenario.restart(),
  _: () => {},
};

/** Runs a story, one word a minute, and returns the notifications of each minute. */
export function runStory(story: string, settings?: ScenarioSettings): string {
  const scenario = createScenario(settings);
  return story
    .split(" ")
    .map((words) => {
      for (const word of words.split("+")) WORDS[word]?.(scenario);
      return notificationTexts(scenario.evaluate());
    })
    .join(", ");
}
