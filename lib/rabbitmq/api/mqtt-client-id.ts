/** MQTT.js (`defaultClientId`), mosquitto_pub and mosquitto_sub of 2.x and of 1.x: new at each start. */
const GENERATED = /^mqttjs_[0-9a-f]{1,8}$|^mosq-[0-9A-Za-z]{18}$|^mosq(?:pub|sub)\|\d+-/;
/** 16 random bytes as base64url, which RabbitMQ generates for a client without an id (measured on 3.10.8). */
const BY_BROKER = /^[A-Za-z0-9_-]{22}$/;
/** Between lower case, upper case and the rest: 13 of 21 neighbours differ on average, and in a name only a few. */
const KIND_CHANGES = 8;
/** Between lower and upper case, other characters aside: 9 of 17 on average. A number in hexadecimal has none. */
const CASE_CHANGES = 4;

/** The client id of an MQTT connection where a person or a program has chosen it: it serves as the connection name. */
export function mqttClientId(id: string | null): string | null {
  if (id === null || id === "" || GENERATED.test(id) || (BY_BROKER.test(id) && isRandom(id))) return null;
  return id;
}

function isRandom(id: string): boolean {
  const kinds = [...id].map((character) => (/[a-z]/.test(character) ? "a" : /[A-Z]/.test(character) ? "A" : "0"));
  return changesIn(kinds) >= KIND_CHANGES && changesIn(kinds.filter((kind) => kind !== "0")) >= CASE_CHANGES;
}

const changesIn = (kinds: readonly string[]): number =>
  kinds.filter((kind, at) => at > 0 && kind !== kinds[at - 1]).length;
