import type { BrokerFacts } from "@/lib/collector/broker/derive/facts";
import type { StoredClients } from "@/lib/rabbitmq/clients/refold-stored";
import { queueKey } from "@/lib/rabbitmq/queues/queue";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import { wasEndedRecently } from "@/lib/rabbitmq/sessions/track";

/** What the database holds of one broker: the rows that each tick wrote, and no more. */
export interface StoredBroker {
  readonly save: (facts: BrokerFacts) => void;
  /** The transaction of the last tick was not committed. */
  readonly rollBack: () => void;
  readonly load: (nowMs: number) => StoredClients & { readonly everConsumed: ReadonlySet<string> };
}

const EMPTY = { clients: new Map(), sessions: new Map(), consumed: new Set<string>() } as const satisfies Rows;

interface Rows {
  readonly clients: ReadonlyMap<string, BrokerFacts["clients"][number]>;
  readonly sessions: ReadonlyMap<string, BrokerFacts["sessions"][number]>;
  readonly consumed: ReadonlySet<string>;
}

export function storedBroker(): StoredBroker {
  let before: Rows = EMPTY;
  let rows: Rows = EMPTY;
  return {
    save: ({ clients, sessions, consumedQueues: { began, ended } }) => {
      before = rows;
      const consumed = new Set([...rows.consumed, ...began.map(queueKey)]);
      for (const queue of ended) consumed.delete(queueKey(queue));
      rows = {
        clients: new Map([...rows.clients, ...clients.map((client) => [client.id, client] as const)]),
        sessions: new Map([...rows.sessions, ...sessions.map((session) => [session.id, session] as const)]),
        consumed,
      };
    },
    rollBack: () => {
      rows = before;
    },
    load: (nowMs) => ({
      clients: [...rows.clients.values()],
      sessions: [...rows.sessions.values()].filter(({ closedMs }) => closedMs === null).map(asStored),
      ended: [...rows.sessions.values()].filter((session) => wasEndedRecently(session, nowMs)),
      everConsumed: rows.consumed,
    }),
  };
}

/** Without what is not stored (`sessionOf` in lib/storage/rabbitmq/sessions.ts). */
const asStored = ({ isReplacement: _, ...session }: Session): Session => ({
  ...session,
  listed: true,
  isRecvUnobserved: true,
  isResumed: true,
});
