import type { BrokerMemory, EndpointCost } from "@/lib/collector/memory";
import { isBlind } from "@/lib/rabbitmq/api/reach";
import type { ExchangeStatus } from "@/lib/rabbitmq/events/event";
import type { AccessCheck } from "@/lib/views/brokers/schema";

/** The parts of a broker that Lastbeat can access, derived from the response of each endpoint to the last poll. */
export function accessChecks(memory: Pick<BrokerMemory, "answers" | "overview" | "reach" | "standing">): AccessCheck[] {
  const checks = [
    ...memory.answers.map((answer) => endpointCheck(answer, memory)),
    exchangeCheck("events", memory.standing.events),
    exchangeCheck("log", memory.standing.log),
  ];
  // Without statistics silence cannot be measured: connections are listed by name only (measured on 3.10.8).
  const isDisabled = memory.overview?.statsDisabled ?? false;
  if (memory.overview === null) return checks;
  return [
    ...checks,
    { what: "statistics", ok: !isDisabled, because: null, remedy: isDisabled ? "enable-statistics" : null },
  ];
}

/** Exact close reasons and every reconnect arrive through two exchanges; each has its own remedy. */
function exchangeCheck(what: "events" | "log", { is, because }: ExchangeStatus): AccessCheck {
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

function endpointCheck(answer: EndpointCost, memory: Pick<BrokerMemory, "answers" | "reach">): AccessCheck {
  const { what, because } = answer;
  if (because !== null) return { what, ok: false, because, remedy: remedyFor(because, isBlind(memory.reach)) };
  if (what === "queues" && answer.rows === 0 && consumersOf(memory) > 0) {
    return { what, ok: false, because: null, remedy: "vhost-permission" };
  }
  return { what, ok: true, because: null, remedy: null };
}

/** RabbitMQ answers 401 to everything that it refuses, with a reason (measured on 3.10.8), which determines the remedy. */
function remedyFor(because: string, blind: boolean): AccessCheck["remedy"] {
  if (/Not (?:management|monitor) user/i.test(because)) return "tag-monitoring";
  if (/not authori[sz]ed to access virtual host/i.test(because)) return "vhost-permission";
  if (/^40[13]\b/.test(because)) return "credentials";
  if (/Stats in management UI are disabled/i.test(because)) return "enable-statistics";
  return blind ? "reach" : null;
}

/** Consumers are listed and their queues are not: the user has the tag but no permission on any virtual host. */
const consumersOf = (memory: Pick<BrokerMemory, "answers">): number =>
  memory.answers.find(({ what }) => what === "consumers")?.rows ?? 0;
