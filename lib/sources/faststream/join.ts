import { type JoinBroker, type JoinedClient, joined, taggedClients } from "@/lib/sources/roadrunner/join";

/** The driver of aio-pika, which FastStream uses. */
const PRODUCT = "aiormq";
/** aiormq's own tags, such as `ctag1.8f3a…` with the number of the channel; rarely configured by hand. */
const TAG = /^ctag\d+\./;
/** Handlers on the default exchange are named `default.<queue>`. */
const DEFAULT = "default.";

/** The queues of an application's handlers, as far as their names contain them. */
export const queuesOfHandlers = (handlers: readonly string[]): readonly string[] =>
  handlers.flatMap((handler) => (handler.startsWith(DEFAULT) ? [handler.slice(DEFAULT.length)] : []));

/**
 * The application's client in a broker: the `configured` one (by name or id); otherwise the only one of its library whose
 * consumer on a queue of one of its handlers has a tag of that library; otherwise the only one of its library that consumes
 * such a queue (both inferred). null if none or several match.
 */
export function joinFastStream(
  configured: string | null,
  handlers: readonly string[],
  broker: Pick<JoinBroker, "clients" | "consumers">,
): JoinedClient | null {
  const { clients } = broker;
  if (configured !== null) {
    const client = clients.find(({ id, name }) => id === configured || name === configured);
    return client === undefined ? null : joined(client, "name", false);
  }
  const queues = queuesOfHandlers(handlers);
  const own = clients.filter(({ product }) => product === PRODUCT);
  const tagged = queues.flatMap((queue) => taggedClients({ ...broker, clients: own }, queue, (tag) => TAG.test(tag)));
  const [client, ...more] = new Set(tagged);
  if (client !== undefined) return more.length > 0 ? null : joined(client, "tag", true);
  const [consumer, ...others] = own.filter(({ queues: consumed }) => queues.some((queue) => consumed.includes(queue)));
  return consumer === undefined || others.length > 0 ? null : joined(consumer, "queue", true);
}
