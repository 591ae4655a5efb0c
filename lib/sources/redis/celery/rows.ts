import type { RedisContext } from "@/lib/sources/redis/adapter";
import { answers } from "@/lib/sources/redis/answers";
import { literally, type RunCommands } from "@/lib/sources/redis/commands";
import { QUEUES_MAX, withKnown } from "@/lib/sources/redis/queue-facts";
import { MEMBER_BYTES, membersOf, sampledSets, weightsOf } from "@/lib/sources/redis/sets";

/** Between the parts of a binding, and between a queue and its priority. */
const SEPARATOR = "\x06\x16";
/** `priority_steps` by default; messages of step 0 are in the list without a suffix. */
const PRIORITIES = [0, 3, 6, 9];
/** Exchanges for events and remote control: their queues belong to single workers and hold no tasks. */
const OTHER_EXCHANGE = /^celeryev$|\.pidbox$/;

export interface Bindings {
  readonly queues: readonly string[];
  /** By `exchange routing_key`. */
  readonly queueOf: ReadonlyMap<string, string>;
  readonly isComplete: boolean;
}

export async function readBindings(run: RunCommands, context: RedisContext): Promise<Bindings> {
  const { prefix, queues, findKeys } = context;
  const start = `${prefix}_kombu.binding.`;
  const { keys, complete } = queues === null ? await findKeys(`${literally(start)}*`) : { keys: [], complete: true };
  const exchanges = keys.map((key) => key.slice(start.length)).filter((name) => !OTHER_EXCHANGE.test(name));
  const queueOf = new Map<string, string>();
  for (const exchange of exchanges.slice(0, QUEUES_MAX)) {
    for (const member of await membersOf(run, `${start}${exchange}`, QUEUES_MAX)) {
      const [routingKey = "", , queue = ""] = member.split(SEPARATOR);
      if (queue !== "") queueOf.set(`${exchange} ${routingKey}`, queue);
    }
  }
  const names = queues ?? withKnown([...queueOf.values()], context);
  return { queues: names, queueOf, isComplete: complete };
}

/** The messages of each queue, of all priorities together. */
export async function queueLengths(
  run: RunCommands,
  prefix: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const suffixes = PRIORITIES.map((priority) => (priority === 0 ? "" : `${SEPARATOR}${priority}`));
  const commands = names.flatMap((queue) => suffixes.map((suffix) => ["LLEN", `${prefix}${queue}${suffix}`] as const));
  const lengths = await run({ name: "counts", commands });
  const width = suffixes.length;
  return new Map(
    names.map((queue, index) => {
      const own = lengths.slice(index * width, (index + 1) * width);
      return [queue, own.reduce<number>((sum, length) => sum + answers.count(length), 0)];
    }),
  );
}

/** What workers have fetched and not acknowledged. */
export interface Delivered {
  readonly messages: readonly {
    readonly queue: string;
    /** null: at once. */
    readonly etaMs: number | null;
    readonly retries: number;
    readonly deliveredMs: number | null;
  }[];
  /** Messages for each of `messages`. */
  readonly scale: number;
  /** There are messages, and none of them could be read. */
  readonly isUnread: boolean;
}

/** A message is read whole, so only so many bytes of them are. */
const MESSAGE_BYTES_MAX = 4_000_000;

export async function readDelivered(run: RunCommands, prefix: string, bindings: Bindings): Promise<Delivered> {
  const hash = `${prefix}unacked`;
  const index = `${prefix}unacked_index`;
  const [held, indexed] = await run({
    name: "delivered",
    commands: [
      ["HLEN", hash],
      ["ZCARD", index],
    ],
  });
  const weights = await weightsOf(run, [hash]);
  const size = answers.count(indexed);
  if (size === 0) return { messages: [], scale: 1, isUnread: false };
  const each = weights === null ? MEMBER_BYTES : Math.max(1, (weights[0] ?? 0) / Math.max(1, answers.count(held)));
  const affordable = Math.floor(MESSAGE_BYTES_MAX / each);
  if (affordable === 0) return { messages: [], scale: 0, isUnread: true };
  const tags = (await sampledSets(run, [{ key: index, size }], affordable)).get(index);
  const members = tags?.members ?? [];
  const raw = await run({ name: "messages", commands: members.map(({ member }) => ["HGET", hash, member] as const) });
  const messages = members.flatMap(({ score }, at) => {
    const text = raw[at];
    return typeof text === "string" ? [{ ...toMessage(text, bindings), deliveredMs: score * 1_000 }] : [];
  });
  return { messages, scale: tags?.scale ?? 1, isUnread: false };
}

/** `[message, exchange, routing key]`; of the message only two headers are read. */
function toMessage(text: string, { queueOf }: Bindings) {
  const [message, exchange, routingKey] = parsed(text);
  const headers = answers.record(answers.record(message).headers);
  const eta = answers.text(headers.eta);
  const etaMs = eta === null ? Number.NaN : Date.parse(eta);
  const [from, key] = [answers.text(exchange) ?? "", answers.text(routingKey) ?? ""];
  return {
    queue: queueOf.get(`${from} ${key}`) ?? key,
    etaMs: Number.isNaN(etaMs) ? null : etaMs,
    retries: answers.number(headers.retries) ?? 0,
  };
}

function parsed(text: string): readonly unknown[] {
  try {
    return answers.list(JSON.parse(text));
  } catch {
    return [];
  }
}
