import type { BuiltInRuleId as ShippedRule } from "@/lib/alerts/rules/catalogue";
import { alarm, because, duration, held, plural, remedy, subject } from "@/lib/alerts/text/sentences/en/words";
import type { AlertTextFor } from "@/lib/alerts/text/sentences/language";
import { measured, named, number, part, since } from "@/lib/alerts/text/words";

/** What is said of brokers, of sources that cannot be read, and of webhooks. */
export const brokers = {
  "clients-not-back": {
    open: (told) => {
      const [went, back] = [measured(told, "went"), measured(told, "back")];
      const ago = part(since(told, "wentMs"), (s) => ` ${duration(s)} ago`);
      const others = went === null || back === null ? "" : `; ${number(back)} of ${number(went)} did`;
      const more = part(measured(told, "missingMore"), (n) => (n > 0 ? ` and ${number(n)} more` : ""));
      const who = part(named(told, "missing"), (names) => `${names}${more}`, plural(told.value, "client"));
      return `${who} did not come back after ${subject(told)} went${ago}${others} (inferred)`;
    },
    cleared: (told) => `everyone who went with ${subject(told)} is back, or has left`,
  },
  "broker-unreachable": {
    open: (told) => `Lastbeat cannot see broker ${subject(told)}${because(told)}`,
    cleared: (told) => `Lastbeat sees broker ${subject(told)} again`,
  },
  "source-unreachable": {
    open: (told) => `Lastbeat cannot read ${subject(told)}${because(told)}${remedy(told)}`,
    cleared: (told) => `Lastbeat can read ${subject(told)} again`,
  },
  "source-behind": {
    open: (told) => `${subject(told)} is read from a standby that is ${held(told)} behind: what is shown is as old`,
    cleared: (told) => `the standby of ${subject(told)} has caught up`,
  },
  "broker-alarm": {
    open: (told) => `Broker ${subject(told)} blocks publishers${alarm(told)}`,
    cleared: (told) => `Broker ${subject(told)} lets publishers go on`,
  },
  "node-down": {
    open: (told) => {
      const which = part(named(told, "nodes"), (nodes) => `: ${nodes}`);
      return `${plural(told.value ?? 1, "node")} of broker ${subject(told)} ${told.value === 1 ? "is" : "are"} down${which}`;
    },
    cleared: (told) => `Every node of broker ${subject(told)} runs again`,
  },
  "webhook-failing": {
    open: (told) => {
      const waiting = measured(told, "waiting") ?? 0;
      const delayed = waiting === 0 ? "" : `; ${plural(waiting, "delivery", "deliveries")} wait`;
      return `Webhook ${subject(told)} has accepted nothing for ${held(told)}${delayed}`;
    },
    cleared: (told) => `Webhook ${subject(told)} accepts again`,
  },
  "webhook-dead": {
    open: (told) => {
      const dead = plural(told.value ?? 0, "delivery", "deliveries");
      return `${dead} to webhook ${subject(told)} ${told.value === 1 ? "was" : "were"} given up and can be replayed`;
    },
    cleared: (told) => `No delivery to webhook ${subject(told)} is given up any more`,
  },
} as const satisfies Partial<AlertTextFor<ShippedRule>>;
