import { type JoinBroker, type JoinedClient, joined, taggedClients } from "@/lib/sources/roadrunner/join";

/** aio-pika's driver, which FastStream speaks through. */
const PRODUCT = "aiormq";
/** aiormq's own tags, such as `ctag1.8f3a…` with the number of the channel; seldom set by hand. */
const TAG = /^ctag\d+\./;
/** Handlers on the default exchange are called `default.<queue>`. */
const DEFAULT = "default.";

/** The queues of an application's handlers, as far as their names tell. */
export const queuesOfHandlers = (handlers: readonly string[]): readonly string[] =>
  handlers.flatMap((one) => (one.startsWith(DEFAULT) ? [one.slice(DEFAULT.length)] : []));

/**
 * The application's client in a broker: the one that is `named` (its name or id); else the only one of its library
 * whose consumer on a queue of one of its handlers carries a tag of that library; else the only one of its library
 * that consumes such a queue (both inferred). null where none is found, or several would do. Pure.
 */
export function joinFastStream(
  named: string | null,
  handlers: readonly string[],
  broker: Pick<JoinBroker, "clients" | "consumers">,
): JoinedClient | null {
  const { clients } = broker;
  if (named !== null) {
    const client = clients.find(({ id, name }) => id === named || name === named);
    return client === undefined ? null : joined(client, "name", false);
  }
  const queues = queuesOfHandlers(handlers);
  const own = clients.filter(({ product }) => product === PRODUCT);
  const tagged = queues.flatMap((queue) => taggedClients({ ...broker, clients: own }, queue, (tag) => TAG.test(tag)));
  const [client, ...more] = new Set(tagged);
  if (client !== undefined) return more.length > 0 ? null : joined(client, "tag", true);
  const [alike, ...others] = own.filter(({ queues: consumed }) => queues.some((queue) => consumed.includes(queue)));
  return alike === undefined || others.length > 0 ? null : joined(alike, "queue", true);
}
