/**
 * The AMQP connection and the queues of Lastbeat itself, of this installation or of another one on the same broker. They are in
 * no count, list or verdict unless asked for: who watches a broker is none of its applications.
 */
export const OWN_MARK_LENGTH = 12;
/** Also a regular expression of PostgreSQL. */
export const OWN_NAME_PATTERN = `^lastbeat\\.[0-9a-f]{${OWN_MARK_LENGTH}}$`;

const OWN_NAME = new RegExp(OWN_NAME_PATTERN);
const OWN_QUEUE = new RegExp(`^lastbeat\\.[0-9a-f]{${OWN_MARK_LENGTH}}\\.(?:events|log)$`);

export const ownName = (mark: string): string => `lastbeat.${mark}`;
export const ownQueue = (mark: string, exchange: "events" | "log"): string => `${ownName(mark)}.${exchange}`;

export const isOwnName = (name: string): boolean => OWN_NAME.test(name);
export const isOwnQueue = ({ name }: { readonly name: string }): boolean => OWN_QUEUE.test(name);

/** Whether a client is Lastbeat itself, by its connection name. */
export const isOwnClient = ({ name, namedBy }: { readonly name: string; readonly namedBy: string }): boolean =>
  namedBy === "connection-name" && isOwnName(name);

/** Everybody but Lastbeat itself. */
export const othersOf = <T extends { readonly name: string; readonly namedBy: string }>(
  clients: Iterable<T>,
): readonly T[] => [...clients].filter((client) => !isOwnClient(client));
