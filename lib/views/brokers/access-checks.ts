import type { BrokerMemory, EndpointCost } from "@/lib/collector/memory";
import { isBlind } from "@/lib/rabbitmq/api/reach";
import type { ExchangeStatus } from "@/lib/rabbitmq/events/event";
import type { AccessCheck } from "@/lib/views/brokers/schema";

/** What Lastbeat may and may not see of a broker, from how each endpoint answered at the last poll. Pure. */
export function accessChecks(memory: Pick<BrokerMemory, "answers" | "overview" | "reach" | "standing">): AccessCheck[] {
  const { standing } = memory;
  const sights = [
    ...memory.answers.map((answer) => sightOf(answer, memory)),
    heardOf("events", standing.events),
    heardOf("log", standing.log),
  ];
  // Without statistics there is no silence to tell: connections are listed by name only (measured on 3.10.8).
  const off = memory.overview?.statsDisabled ?? false;
  if (memory.overview === null) return sights;
  return [...sights, { what: "statistics", ok: !off, because: null, remedy: off ? "enable-statistics" : null }];
}

/** Exact reasons and every reconnect come by two exchanges; each says what would let it through. */
function heardOf(what: "events" | "log", { is, because }: ExchangeStatus): AccessCheck {
  switch (is) {
    case "flowing":
      return { what, ok: true, because: null, remedy: null };
    case "off":
      return { what, ok: false, because: null, remedy: "set-amqp-url" };
    case "missing":
      return { what, ok: false, because, remedy: what === "events" ? "enable-events" : "enable-log" };
    case "refused":
      return { what, ok: false, because, remedy: "listener-permission" };
    case "connecting":
      return { what, ok: false, because, remedy: because === null ? null : "amqp-reach" };
    default:
      return is satisfies never;
  }
}

function sightOf(answer: EndpointCost, memory: Pick<BrokerMemory, "answers" | "reach">): AccessCheck {
  const { what, because } = answer;
  if (because !== null) return { what, ok: false, because, remedy: remedyFor(because, isBlind(memory.reach)) };
  if (what === "queues" && answer.rows === 0 && consumersOf(memory) > 0) {
    return { what, ok: false, because: null, remedy: "vhost-permission" };
  }
  return { what, ok: true, because: null, remedy: null };
}

/** RabbitMQ says 401 for everything it refuses, with its reason (measured on 3.10.8): the reason tells the remedy. */
function remedyFor(because: string, blind: boolean): AccessCheck["remedy"] {
  if (/Not (?:management|monitor) user/i.test(because)) return "tag-monitoring";
  if (/not authori[sz]ed to access virtual host/i.test(because)) return "vhost-permission";
  if (/^40[13]\b/.test(because)) return "credentials";
  if (/Stats in management UI are disabled/i.test(because)) return "enable-statistics";
  return blind ? "reach" : null;
}

/** Consumers are seen and their queues are not: the user has the tag, and no permission on any virtual host. */
const consumersOf = (memory: Pick<BrokerMemory, "answers">): number =>
  memory.answers.find((answer) => answer.what === "consumers")?.rows ?? 0;
