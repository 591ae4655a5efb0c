import { type Reason, reason } from "@/lib/base/messages/reason";
import { nodesWithoutStatistics } from "@/lib/collector/broker/derive/coverage";
import type { BrokerMemory, EndpointCost } from "@/lib/collector/broker/memory";
import type { Overview } from "@/lib/rabbitmq/api/broker";
import { isBlind } from "@/lib/rabbitmq/api/reach";
import type { ExchangeStatus } from "@/lib/rabbitmq/events/event";
import { withBecause } from "@/lib/views/because";
import type { AccessCheck } from "@/lib/views/brokers/schema";

/** The parts of a broker that Lastbeat can access, derived from the response of each endpoint to the last poll. */
export function accessChecks(
  memory: Pick<BrokerMemory, "answers" | "overview" | "nodes" | "reach" | "pushStatus">,
): AccessCheck[] {
  const checks = [
    ...memory.answers.map((answer) => endpointCheck(answer, memory)),
    exchangeCheck("events", memory.pushStatus.events),
    exchangeCheck("log", memory.pushStatus.log),
  ];
  if (memory.overview === null) return checks;
  const { ratesDisabled } = memory.overview;
  return [
    ...checks,
    statisticsCheck(memory.nodes, memory.overview),
    { what: "rates", ok: !ratesDisabled, ...withBecause(null), remedy: ratesDisabled ? "enable-rates" : null },
  ];
}

/** Without statistics silence cannot be measured: connections are listed by name only (measured on 3.10.8). */
function statisticsCheck(nodes: BrokerMemory["nodes"], overview: Overview): AccessCheck {
  const what = "statistics";
  if (overview.statsDisabled) return { what, ok: false, ...withBecause(null), remedy: "enable-statistics" };
  const without = nodesWithoutStatistics(nodes, overview);
  // A lone node that answers without them has only just started.
  if (without.length === 0 || nodes.length === 1) return { what, ok: true, ...withBecause(null), remedy: null };
  const because = reason("nodesWithoutStatistics", { nodes: without.join(", ") });
  return { what, ok: false, ...withBecause(because), remedy: "enable-agent" };
}

/** Exact close reasons and every reconnect arrive through two exchanges; each has its own remedy. */
function exchangeCheck(what: "events" | "log", { is, reason }: ExchangeStatus): AccessCheck {
  switch (is) {
    case "flowing":
      return { what, ok: true, ...withBecause(null), remedy: null };
    case "off":
      return { what, ok: false, ...withBecause(null), remedy: "set-amqp-url" };
    case "missing":
      return { what, ok: false, ...withBecause(reason), remedy: what === "events" ? "enable-events" : "enable-log" };
    case "refused":
      return { what, ok: false, ...withBecause(reason), remedy: "listener-permission" };
    case "unreadable":
      return { what, ok: false, ...withBecause(reason), remedy: what === "events" ? "event-format" : "log-format" };
    case "connecting":
      return { what, ok: false, ...withBecause(reason), remedy: reason === null ? null : remedyForAmqp(reason) };
    default:
      return is satisfies never;
  }
}

function endpointCheck(answer: EndpointCost, memory: Pick<BrokerMemory, "answers" | "reach">): AccessCheck {
  const { what, reason } = answer;
  if (reason !== null) {
    const remedy =
      reason.code === "managementApiNotReachableBecause"
        ? remedyForTls(reason.params.reason)
        : (remedyFor(reason) ?? (isBlind(memory.reach) ? "reach" : null));
    return { what, ok: false, ...withBecause(reason), remedy };
  }
  if (what === "queues" && answer.rows === 0 && consumersOf(memory) > 0) {
    return { what, ok: false, ...withBecause(null), remedy: "vhost-permission" };
  }
  return { what, ok: true, ...withBecause(null), remedy: null };
}

/** null: the code has no remedy. */
function remedyFor(reason: Reason): AccessCheck["remedy"] {
  switch (reason.code) {
    case "httpStatus":
      return isDenied(reason.params.status) ? "credentials" : null;
    case "httpStatusWithText":
      return remedyForText(String(reason.params.text)) ?? (isDenied(reason.params.status) ? "credentials" : null);
    default:
      return null;
  }
}

/** Of an outdated certificate or one for another name, the reason says all. */
const remedyForTls = ({ code }: Reason): AccessCheck["remedy"] =>
  code === "certificateUntrusted" ? "certificate" : null;

function remedyForAmqp(reason: Reason): AccessCheck["remedy"] {
  switch (reason.code) {
    case "certificateUntrusted":
    case "certificateOutdated":
    case "certificateOfOtherName":
    case "clientCertificateRefused":
    case "tlsNotSpoken":
    case "tlsRefused":
      return remedyForTls(reason);
    default:
      return "amqp-reach";
  }
}

const isDenied = (status: string | number): boolean => [401, 403].includes(Number(status));

/** RabbitMQ answers 401 to everything it refuses; only the text of its answer tells the causes apart (measured on 3.10.8). */
function remedyForText(text: string): AccessCheck["remedy"] {
  if (/Not (?:management|monitor) user/i.test(text)) return "tag-monitoring";
  if (/not authori[sz]ed to access virtual host/i.test(text)) return "vhost-permission";
  if (/Stats in management UI are disabled/i.test(text)) return "enable-statistics";
  return null;
}

/** Consumers are listed and their queues are not: the user has the tag but no permission on any virtual host. */
const consumersOf = (memory: Pick<BrokerMemory, "answers">): number =>
  memory.answers.find(({ what }) => what === "consumers")?.rows ?? 0;
