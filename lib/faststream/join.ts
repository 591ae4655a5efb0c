import type { JoinClient } from "@/lib/roadrunner/join";

/** aio-pika's driver, which FastStream speaks through. */
const PRODUCT = "aiormq";
/** Handlers on the default exchange are called `default.<queue>`. */
const DEFAULT = "default.";

/**
 * The application's client in a broker: the one that is `named` (its name or id), else the only one of its library
 * that consumes a queue of one of its handlers (inferred). null where none is found, or several would do. Pure.
 */
export function joinFastStream(
  named: string | null,
  handlers: readonly string[],
  clients: readonly JoinClient[],
): { readonly client: JoinClient; readonly inferred: boolean } | null {
  if (named !== null) {
    const client = clients.find(({ id, name }) => id === named || name === named);
    return client === undefined ? null : { client, inferred: false };
  }
  const queues = handlers.flatMap((one) => (one.startsWith(DEFAULT) ? [one.slice(DEFAULT.length)] : []));
  const [client, ...more] = clients.filter(
    ({ product, queues: consumed }) => product === PRODUCT && queues.some((queue) => consumed.includes(queue)),
  );
  return client === undefined || more.length > 0 ? null : { client, inferred: true };
}
